"""Loads keyrule.dify as Dify's code-based extension: Dify runs this file when it makes its application."""

import keyrule.dify

keyrule.dify.install()
