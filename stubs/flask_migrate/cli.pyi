import click

upgrade: click.Command
downgrade: click.Command
