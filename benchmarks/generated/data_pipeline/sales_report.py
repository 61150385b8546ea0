"""Build a monthly sales report from CSV exports."""

import argparse
from pathlib import Path

import pandas as pd


def load_sales(folder: str) -> pd.DataFrame:
    """Load all CSV files of a folder into one frame."""
    df = pd.DataFrame()
    for path in Path(folder).glob("*.csv"):
        part = pd.read_csv(path)
        df = pd.concat([df, part], ignore_index=True)
    return df


def clean_sales(df: pd.DataFrame) -> pd.DataFrame:
    """Drop broken rows and convert the columns."""
    df = df.dropna(subset=["order_id", "amount", "date"])
    df["date"] = pd.to_datetime(df["date"], errors="coerce")
    df["amount"] = pd.to_numeric(df["amount"], errors="coerce")
    df = df.dropna(subset=["date", "amount"])
    df = df.drop_duplicates(subset=["order_id"])
    return df


def add_discount(df: pd.DataFrame) -> pd.DataFrame:
    """Add the discounted amount of each order."""
    for index, row in df.iterrows():
        if row["amount"] > 1000:
            discount = 0.1
        elif row["amount"] > 500:
            discount = 0.05
        else:
            discount = 0.0
        df.at[index, "discounted"] = row["amount"] * (1 - discount)
    return df


def monthly_summary(df: pd.DataFrame) -> pd.DataFrame:
    """Sum up revenue and orders per month and region."""
    df["month"] = df["date"].dt.to_period("M")
    summary = (
        df.groupby(["month", "region"])
        .agg(revenue=("discounted", "sum"), orders=("order_id", "count"))
        .reset_index()
    )
    summary["average"] = summary["revenue"] / summary["orders"]
    return summary.sort_values(["month", "revenue"], ascending=[True, False])


def top_customers(df: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """Return the customers with the highest revenue."""
    return (
        df.groupby("customer")["discounted"]
        .sum()
        .sort_values(ascending=False)
        .head(n)
        .reset_index()
    )


def save_report(summary: pd.DataFrame, customers: pd.DataFrame, output: str) -> None:
    """Write the report to an Excel workbook."""
    with pd.ExcelWriter(output) as writer:
        summary.astype({"month": str}).to_excel(writer, sheet_name="Summary", index=False)
        customers.to_excel(writer, sheet_name="Top customers", index=False)


def main() -> None:
    """Run the report from the command line."""
    parser = argparse.ArgumentParser(description="Monthly sales report")
    parser.add_argument("folder", help="folder with the CSV exports")
    parser.add_argument("--output", default="report.xlsx", help="output workbook")
    parser.add_argument("--top", type=int, default=10, help="number of top customers")
    args = parser.parse_args()

    df = load_sales(args.folder)
    if df.empty:
        print("No sales found.")
        return
    df = clean_sales(df)
    df = add_discount(df)
    save_report(monthly_summary(df), top_customers(df, args.top), args.output)
    print(f"Report written to {args.output}")


if __name__ == "__main__":
    main()
