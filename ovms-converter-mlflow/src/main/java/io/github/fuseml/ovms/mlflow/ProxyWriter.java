package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.http.ServiceReply;
import io.github.fuseml.ovms.http.ServiceRequest;
import io.github.fuseml.ovms.spi.Content;

/** Writes proxied artifacts: by one PUT, or a large one in parts where the server offers that. */
final class ProxyWriter {
  private final TrackingServer server;
  private final long multipartSize;

  ProxyWriter(TrackingServer server, long multipartSize) {
    this.server = server;
    this.multipartSize = multipartSize;
  }

  void write(ProxyAddress address, Content content) {
    ServiceRequest request = ServiceRequest.of("write", "PUT", address.content())
        .on(address.location())
        .content(content);
    boolean large = content.size() >= multipartSize && !address.parent().path().isEmpty();
    if (large && new PartUpload(server, address, content).run()) {
      return;
    }
    try (ServiceReply reply = server.http().send(request)) {
      if (!reply.isSuccess()) {
        throw server.error(request, reply, reply.text(ProxyReader.LONGEST_ERROR));
      }
    }
  }
}
