"""Deploy a dockerized application to a remote server over SSH."""

import os
import subprocess
import sys
import time

import requests

SERVER = os.environ.get("DEPLOY_SERVER", "app.example.com")
USER = "deploy"
IMAGE = "registry.example.com/app"
HEALTH_URL = f"https://{SERVER}/health"


def run(command, check=True):
    """Run a shell command and return its output."""
    print(f"$ {command}")
    result = subprocess.run(command, shell=True, capture_output=True, text=True)
    if check and result.returncode != 0:
        print(result.stderr)
        sys.exit(1)
    return result.stdout.strip()


def ssh(command):
    """Run a command on the server."""
    return run(f"ssh {USER}@{SERVER} '{command}'")


def get_version():
    """Return the short hash of the current commit."""
    return run("git rev-parse --short HEAD")


def build_and_push(version):
    """Build the image and push it to the registry."""
    run(f"docker build -t {IMAGE}:{version} .")
    run(f"docker push {IMAGE}:{version}")


def get_running_version():
    """Return the version that runs on the server."""
    output = ssh("docker inspect --format={{.Config.Image}} app || true")
    if ":" in output:
        return output.split(":")[-1]
    return None


def start_version(version):
    """Replace the running container."""
    ssh(f"docker pull {IMAGE}:{version}")
    ssh("docker stop app || true")
    ssh("docker rm app || true")
    ssh(f"docker run -d --name app -p 80:8000 --restart=always {IMAGE}:{version}")


def is_healthy():
    """Wait until the application answers."""
    for i in range(30):
        try:
            response = requests.get(HEALTH_URL, timeout=5)
            if response.status_code == 200:
                return True
        except:
            pass
        time.sleep(2)
    return False


def deploy():
    """Deploy the current commit and roll back when it does not answer."""
    version = get_version()
    previous = get_running_version()
    print(f"Deploying {version} (currently {previous})")

    build_and_push(version)
    start_version(version)

    if is_healthy():
        print("Deployment successful!")
    else:
        print("Health check failed, rolling back")
        if previous:
            start_version(previous)
            if is_healthy():
                print("Rollback successful")
            else:
                print("Rollback failed!")
        sys.exit(1)


if __name__ == "__main__":
    deploy()
