"""Run simple queries over a CSV file: select, filter, sort and limit."""

import csv
import operator
import sys

import click

OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


class QueryError(Exception):
    """The query cannot be run."""


def convert(value):
    """Convert a value to a number if possible."""
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value


def parse_condition(text):
    """Split a condition like ``age>=30`` into column, operator and value."""
    for symbol in sorted(OPERATORS, key=len, reverse=True):
        if symbol in text:
            column, value = text.split(symbol, 1)
            return column.strip(), OPERATORS[symbol], convert(value.strip())
    raise QueryError(f"Invalid condition: {text}")


def matches(row, conditions):
    """Whether a row fulfils all conditions."""
    for column, compare, value in conditions:
        if column not in row:
            raise QueryError(f"Unknown column: {column}")
        try:
            if not compare(convert(row[column]), value):
                return False
        except TypeError:
            return False
    return True


def run_query(rows, conditions=[], columns=None, order_by=None, descending=False, limit=None):
    """Filter, sort, cut and project the rows."""
    result = [row for row in rows if matches(row, conditions)]
    if order_by:
        result.sort(key=lambda row: convert(row[order_by]), reverse=descending)
    if limit is not None:
        result = result[:limit]
    if columns:
        result = [{column: row[column] for column in columns} for row in result]
    return result


def print_table(rows):
    """Print rows as an aligned table."""
    if not rows:
        click.echo("(no rows)")
        return
    headers = list(rows[0].keys())
    widths = {h: max(len(h), *(len(str(row[h])) for row in rows)) for h in headers}
    click.echo(" | ".join(h.ljust(widths[h]) for h in headers))
    click.echo("-+-".join("-" * widths[h] for h in headers))
    for row in rows:
        click.echo(" | ".join(str(row[h]).ljust(widths[h]) for h in headers))


@click.command()
@click.argument("file", type=click.File("r"))
@click.option("--where", "-w", multiple=True, help="Condition like age>30")
@click.option("--select", "-s", help="Columns separated by commas")
@click.option("--order-by", "-o", help="Column to sort by")
@click.option("--desc", is_flag=True, help="Sort descending")
@click.option("--limit", "-n", type=int, help="Maximum number of rows")
def main(file, where, select, order_by, desc, limit):
    """Query FILE."""
    rows = list(csv.DictReader(file))
    try:
        conditions = [parse_condition(text) for text in where]
        columns = [name.strip() for name in select.split(",")] if select else None
        print_table(run_query(rows, conditions, columns, order_by, desc, limit))
    except QueryError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
