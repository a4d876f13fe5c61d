from importlib import import_module

import shared_lib
from google.cloud import tapes
from google import paint

import_module("plugins.dynamic")
