"""Flask service that proxies a weather API and caches the answers."""

import logging
import os
import time

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)

API_KEY = os.environ.get("WEATHER_API_KEY", "")
BASE_URL = "https://api.openweathermap.org/data/2.5"
CACHE_TTL = 600

_cache = {}


def get_from_cache(key):
    """Return a cached value if it is still fresh."""
    entry = _cache.get(key)
    if entry is None:
        return None
    value, timestamp = entry
    if time.time() - timestamp > CACHE_TTL:
        return None
    return value


def set_cache(key, value):
    """Store a value together with the current time."""
    _cache[key] = (value, time.time())


def fetch_weather(city, units="metric"):
    """Fetch the current weather for a city from the upstream API."""
    cache_key = f"{city}:{units}"
    cached = get_from_cache(cache_key)
    if cached:
        logger.info("Cache hit for %s", cache_key)
        return cached

    response = requests.get(
        f"{BASE_URL}/weather",
        params={"q": city, "units": units, "appid": API_KEY},
    )
    data = response.json()
    result = {
        "city": data["name"],
        "temperature": data["main"]["temp"],
        "humidity": data["main"]["humidity"],
        "description": data["weather"][0]["description"],
        "wind_speed": data["wind"]["speed"],
    }
    set_cache(cache_key, result)
    return result


@app.route("/weather")
def weather():
    """Return the current weather of the city in the query string."""
    city = request.args.get("city")
    if not city:
        return jsonify({"error": "city parameter is required"}), 400
    units = request.args.get("units", "metric")
    try:
        return jsonify(fetch_weather(city, units))
    except Exception as e:
        logger.error(f"Failed to fetch weather: {e}")
        return jsonify({"error": "Failed to fetch weather data"}), 500


@app.route("/compare")
def compare():
    """Return the weather of several cities, separated by commas."""
    cities = request.args.get("cities", "").split(",")
    results = []
    for city in cities:
        try:
            results.append(fetch_weather(city.strip()))
        except Exception:
            pass
    return jsonify(results)


@app.route("/health")
def health():
    """Tell that the service is up."""
    return jsonify({"status": "ok"})


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000, debug=True)
