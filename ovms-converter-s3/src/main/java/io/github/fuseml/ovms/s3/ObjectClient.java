package io.github.fuseml.ovms.s3;

import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** The requests that each run makes, some of them by the thousand. Fails as the SDK does. */
interface ObjectClient {
  /** Begins to read an object or a part of it. */
  ResponseInputStream<GetObjectResponse> get(GetObjectRequest request);

  /** Looks at an object; empty when there is none, or no such bucket. */
  Optional<HeadObjectResponse> head(HeadObjectRequest request);

  /** Reads one page of a listing. */
  Listing list(ListObjectsV2Request request);

  /** Writes a whole object. */
  Received put(PutObjectRequest request, RequestBody body);

  /** Deletes an object; whether none is an error is the service's to say. */
  void delete(DeleteObjectRequest request);

  /** Begins an upload in parts; answers its identifier. */
  String begin(CreateMultipartUploadRequest request);

  /** Sends a part of one. */
  Received put(UploadPartRequest request, RequestBody body);

  /** Makes an object of the parts. */
  void complete(CompleteMultipartUploadRequest request);

  /** Reads one page of the uploads in parts that were begun. */
  BegunUploads uploads(ListMultipartUploadsRequest request);

  /** Drops an upload in parts with all that has arrived of it. */
  void abort(AbortMultipartUploadRequest request);

  /** The SDK's own client, which knows all rules for AWS's addresses. */
  static ObjectClient of(S3Client client) {
    return new ObjectClient() {
      @Override
      public ResponseInputStream<GetObjectResponse> get(GetObjectRequest request) {
        return client.getObject(request);
      }

      @Override
      public Optional<HeadObjectResponse> head(HeadObjectRequest request) {
        try {
          return Optional.of(client.headObject(request));
        } catch (S3Exception e) {
          if (e.statusCode() == 404) {
            return Optional.empty();
          }
          throw e;
        }
      }

      @Override
      public Listing list(ListObjectsV2Request request) {
        return Listing.of(client.listObjectsV2(request));
      }

      @Override
      public Received put(PutObjectRequest request, RequestBody body) {
        return Received.of(client.putObject(request, body));
      }

      @Override
      public void delete(DeleteObjectRequest request) {
        client.deleteObject(request);
      }

      @Override
      public String begin(CreateMultipartUploadRequest request) {
        return client.createMultipartUpload(request).uploadId();
      }

      @Override
      public Received put(UploadPartRequest request, RequestBody body) {
        return Received.of(client.uploadPart(request, body));
      }

      @Override
      public void complete(CompleteMultipartUploadRequest request) {
        client.completeMultipartUpload(request);
      }

      @Override
      public BegunUploads uploads(ListMultipartUploadsRequest request) {
        return BegunUploads.of(client.listMultipartUploads(request));
      }

      @Override
      public void abort(AbortMultipartUploadRequest request) {
        client.abortMultipartUpload(request);
      }
    };
  }
}
