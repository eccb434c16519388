package io.github.fuseml.ovms.s3;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** The requests that come by the thousand: an object's bytes, down and up. Fails as the SDK does. */
interface ObjectClient {
  /** Begins to read an object or a part of it. */
  ResponseInputStream<GetObjectResponse> get(GetObjectRequest request);

  /** Writes a whole object. */
  PutObjectResponse put(PutObjectRequest request, RequestBody body);

  /** The SDK's own client, which knows all rules for AWS's addresses. */
  static ObjectClient of(S3Client client) {
    return new ObjectClient() {
      @Override
      public ResponseInputStream<GetObjectResponse> get(GetObjectRequest request) {
        return client.getObject(request);
      }

      @Override
      public PutObjectResponse put(PutObjectRequest request, RequestBody body) {
        return client.putObject(request, body);
      }
    };
  }
}
