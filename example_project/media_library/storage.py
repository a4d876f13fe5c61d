from typing import Any

import boto3
from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.utils.functional import cached_property


class BucketStorage(Storage):
    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    @cached_property
    def client(self) -> Any:
        return boto3.client("s3")

    def _open(self, name: str, mode: str = "rb") -> File:
        answer = self.client.get_object(Bucket=self.bucket, Key=name)
        return ContentFile(answer["Body"].read(), name=name)

    def _save(self, name: str, content: File) -> str:
        self.client.upload_fileobj(content, self.bucket, name)
        return name

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=name)

    def exists(self, name: str) -> bool:
        try:
            self.client.head_object(Bucket=self.bucket, Key=name)
        except ClientError:
            return False
        return True

    def url(self, name: str | None) -> str:
        return self.client.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": name}, ExpiresIn=3600
        )


def media_storage() -> Storage:
    if settings.MEDIA_BUCKET:
        return BucketStorage(settings.MEDIA_BUCKET)
    return storages["default"]
