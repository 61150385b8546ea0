"""Build model features from raw customer events."""

import json
from datetime import datetime

import numpy as np
import pandas as pd


class FeatureBuilder:
    """Turns a log of events into one row of features per customer."""

    def __init__(self, events_path, customers_path, window_days=30, verbose=True, debug=False):
        self.events_path = events_path
        self.customers_path = customers_path
        self.window_days = window_days
        self.verbose = verbose
        self.debug = debug
        self.events = None
        self.customers = None
        self.features = []

    def load(self):
        """Load events and customers."""
        with open(self.events_path) as f:
            lines = f.readlines()
        events = []
        for line in lines:
            line = line.strip()
            if line:
                events.append(json.loads(line))
        self.events = pd.DataFrame(events)
        self.customers = pd.read_csv(self.customers_path)
        if self.verbose:
            print(f"Loaded {len(self.events)} events and {len(self.customers)} customers")

    def build(self):
        """Compute the features of all customers."""
        now = datetime.now()
        self.events["timestamp"] = pd.to_datetime(self.events["timestamp"])
        for _, customer in self.customers.iterrows():
            customer_events = self.events[self.events["customer_id"] == customer["id"]]
            recent = customer_events[
                (now - customer_events["timestamp"]).dt.days <= self.window_days
            ]
            purchases = customer_events[customer_events["type"] == "purchase"]
            if len(customer_events) > 0:
                last_seen = (now - customer_events["timestamp"].max()).days
            else:
                last_seen = 999
            self.features.append(
                {
                    "customer_id": customer["id"],
                    "age": customer["age"],
                    "total_events": len(customer_events),
                    "recent_events": len(recent),
                    "purchases": len(purchases),
                    "avg_purchase": purchases["amount"].mean() if len(purchases) > 0 else 0,
                    "days_since_last_seen": last_seen,
                    "is_active": 1 if len(recent) > 3 else 0,
                }
            )
        return pd.DataFrame(self.features)

    def normalize(self, df, columns):
        """Scale the columns to mean zero and standard deviation one."""
        for column in columns:
            mean = df[column].mean()
            std = df[column].std()
            if std == 0 or np.isnan(std):
                df[column] = 0
            else:
                df[column] = (df[column] - mean) / std
        return df

    def save(self, df, path):
        """Save the features."""
        try:
            df.to_parquet(path)
        except:
            df.to_csv(path.replace(".parquet", ".csv"))
        if self.verbose:
            print("Saved features to " + path)


def build_features(events_path, customers_path, output_path):
    """Run all steps."""
    builder = FeatureBuilder(events_path, customers_path)
    builder.load()
    df = builder.build()
    df = builder.normalize(df, ["age", "total_events", "avg_purchase"])
    builder.save(df, output_path)
    return df
