"""Monitor a server's resources and send alerts by e-mail."""

import smtplib
import socket
import threading
import time
from email.mime.text import MIMEText

import psutil

THRESHOLDS = {"cpu": 90, "memory": 85, "disk": 90}

alerts_sent = {}
is_running = True


def get_metrics():
    """Collect the current metrics."""
    return {
        "cpu": psutil.cpu_percent(interval=1),
        "memory": psutil.virtual_memory().percent,
        "disk": psutil.disk_usage("/").percent,
        "load": psutil.getloadavg()[0],
    }


def send_email(subject, body, to_address, smtp_host="localhost", smtp_port=25, username=None, password=None):
    """Send an e-mail."""
    message = MIMEText(body)
    message["Subject"] = subject
    message["From"] = f"monitor@{socket.gethostname()}"
    message["To"] = to_address
    server = smtplib.SMTP(smtp_host, smtp_port)
    if username and password:
        server.starttls()
        server.login(username, password)
    server.send_message(message)
    server.quit()


def should_alert(metric):
    """Whether enough time has passed since the last alert."""
    global alerts_sent
    last = alerts_sent.get(metric)
    if last is None or time.time() - last > 3600:
        alerts_sent[metric] = time.time()
        return True
    return False


def check_thresholds(metrics, to_address):
    """Send an alert for each metric above its threshold."""
    for name, limit in THRESHOLDS.items():
        value = metrics[name]
        if value > limit:
            if should_alert(name):
                subject = f"[ALERT] {name} at {value}% on {socket.gethostname()}"
                body = f"{name} is at {value}%, the limit is {limit}%.\n\nAll metrics:\n"
                for metric_name, metric_value in metrics.items():
                    body += f"{metric_name}: {metric_value}\n"
                try:
                    send_email(subject, body, to_address)
                except Exception as e:
                    print(f"Failed to send alert: {e}")


def monitor_loop(to_address, interval=60):
    """Check the metrics until stopped."""
    global is_running
    while is_running:
        metrics = get_metrics()
        print(metrics)
        check_thresholds(metrics, to_address)
        time.sleep(interval)


def stop():
    """Stop the monitor."""
    global is_running
    is_running = False


if __name__ == "__main__":
    thread = threading.Thread(target=monitor_loop, args=("admin@example.com",), daemon=True)
    thread.start()
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        stop()
        print("Monitor stopped")
