"""A server that speaks S3, over HTTP, in memory."""

import boto3
import pytest
from moto.server import ThreadedMotoServer

from masthead.lib.bucket import Bucket


@pytest.fixture(scope="session")
def s3():
    """Run the server; give its address without the bucket."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    yield "{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(s3, request):
    """Give an empty bucket of its own."""
    name = f"news-{abs(hash(request.node.name))}"
    client = boto3.client("s3", endpoint_url=f"http://{s3}", **WHO)
    client.create_bucket(Bucket=name)
    return Bucket.parse(f"s3+http://key:secret@{s3}/{name}")


WHO = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
