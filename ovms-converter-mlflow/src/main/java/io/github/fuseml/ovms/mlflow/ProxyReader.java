package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.http.ServiceReply;
import io.github.fuseml.ovms.http.ServiceRequest;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads proxied artifacts. A server over files of its own knows ranges, lengths and entity tags; one over
 * S3 fetches a file and then sends it, without any of these. Thread-safe.
 */
final class ProxyReader {
  static final int LONGEST_ERROR = 1 << 20;

  private final TrackingServer server;
  private final ProxyListing listing;

  /** The entity tag that each artifact had at first, where the server sends such. */
  private final Map<Location, String> tags = new ConcurrentHashMap<>();

  private volatile boolean ranges;

  ProxyReader(TrackingServer server, ProxyListing listing) {
    this.server = server;
    this.listing = listing;
  }

  /** Whether the last read was answered by just the part that was asked for. */
  boolean knowsRanges() {
    return ranges;
  }

  /** Opens a part that is not empty. */
  InputStream open(ProxyAddress address, Artifact artifact, long offset, long length) {
    // Also for all of it: the answer tells whether the server knows ranges.
    ServiceRequest request = ServiceRequest.of("read", "GET", address.content())
        .on(artifact.location())
        .with("Range", "bytes=" + offset + "-" + (offset + length - 1));
    ServiceReply reply = server.http().send(request);
    try {
      if (reply.status() == 416) {
        throw changed(artifact);
      }
      if (reply.status() != 200 && reply.status() != 206) {
        throw refused(address, request, reply);
      }
      requireSameVersion(artifact, reply.header("ETag").orElse(null));
      ranges = reply.status() == 206;
      return part(artifact, offset, length, reply);
    } catch (OvmsConverterException e) {
      reply.close();
      throw e;
    }
  }

  private InputStream part(Artifact artifact, long offset, long length, ServiceReply reply) {
    if (reply.status() == 206) {
      String expected = "bytes " + offset + "-" + (offset + length - 1) + "/" + artifact.size();
      if (!reply.header("Content-Range").orElse("").equals(expected)) {
        throw changed(artifact);
      }
      return reply.part(0, length, true, () -> changed(artifact));
    }
    if (reply.announcedLength() >= 0 && reply.announcedLength() != artifact.size()) {
      throw changed(artifact);
    }
    boolean last = offset + length == artifact.size();
    return reply.part(offset, length, last, () -> changed(artifact));
  }

  private void requireSameVersion(Artifact artifact, @Nullable String tag) {
    if (tag == null) {
      return;
    }
    String first = tags.putIfAbsent(artifact.location(), tag);
    if (first != null && !first.equals(tag)) {
      throw changed(artifact);
    }
  }

  /** What it had before does not count any more. */
  void forget(Location location) {
    tags.remove(location);
  }

  /** A server over S3 has an error of its own for what is not there any more. */
  private OvmsConverterException refused(
      ProxyAddress address, ServiceRequest request, ServiceReply reply) {
    OvmsConverterException error = server.error(request, reply, reply.text(LONGEST_ERROR));
    boolean gone =
        reply.status() == 404 || (reply.status() >= 500 && listing.find(address).isEmpty());
    return gone && !(error instanceof WrongServerException)
        ? new NotFoundException(
            Problem.of("read")
                .on(address.location())
                .found("it is not there any more")
                .remedy("list the model again"),
            error)
        : error;
  }

  private static TransferException changed(Artifact artifact) {
    return new TransferException(Problem.of("read")
        .on(artifact.location())
        .found("it is not of the " + artifact.size() + " bytes that were listed, or was changed"
            + " since it was found")
        .remedy("try again when nobody writes to it")
        .mayHelpToRetry());
  }
}
