package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.http.ServiceReply;
import io.github.fuseml.ovms.http.ServiceRequest;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The artifacts that a tracking server hands out itself. */
final class ProxyStore implements ArtifactStore {
  private final TrackingServer server;
  private final ProxyListing listing;
  private final ProxyReader reader;
  private final ProxyWriter writer;
  private volatile boolean closed;

  ProxyStore(MlflowSettings settings) {
    this.server = settings.connect(MlflowSettings.TRACKING_URI);
    this.listing = new ProxyListing(server);
    this.reader = new ProxyReader(server, listing);
    this.writer = new ProxyWriter(server, settings.multipartSize());
  }

  /** Not {@code CREATE_ONLY}: the server knows no such condition. */
  @Override
  public Set<StoreCapability> capabilities() {
    return Set.of(StoreCapability.WRITE);
  }

  @Override
  public Optional<Artifact> find(Location location) {
    ProxyAddress address = open(location);
    reader.forget(location);
    return address.isDirectory() ? Optional.empty() : listing.find(address);
  }

  @Override
  public List<Artifact> list(Location directory) {
    List<Artifact> all = listing.all(open(directory));
    all.forEach(artifact -> reader.forget(artifact.location()));
    return all;
  }

  @Override
  public boolean exists(Location location) {
    ProxyAddress address = open(location);
    return !listing.children(address).isEmpty() || listing.isThere(address);
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    return listing.directories(open(directory));
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    ProxyAddress address = open(artifact.location());
    if (offset < 0 || offset > artifact.size()) {
      throw new IndexOutOfBoundsException(
          "offset " + offset + " of " + artifact.size() + " bytes: " + artifact.location());
    }
    long rest = artifact.size() - offset;
    long wanted = length < 0 ? rest : Math.min(length, rest);
    return wanted == 0
        ? InputStream.nullInputStream()
        : reader.open(address, artifact, offset, wanted);
  }

  @Override
  public boolean readsParts(Artifact artifact) {
    return reader.knowsRanges();
  }

  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    ProxyAddress address = open(location);
    if (address.isDirectory()) {
      throw new BadRequestException(
          Problem.of("write").on(location).found("it names a directory").remedy("name a file"));
    }
    address.requireSpeakable("write");
    if (!listing.children(address).isEmpty()) {
      throw conflict(location, "it is a directory");
    }
    if (mode == WriteMode.CREATE_ONLY && listing.find(address).isPresent()) {
      throw conflict(location, "it exists already");
    }
    writer.write(address, content);
    Artifact written = listing.find(address).orElse(null);
    if (written == null || written.size() != content.size()) {
      throw new TransferException(Problem.of("write")
          .on(location)
          .found(
              written == null
                  ? "the server took it, and does not have it"
                  : "the server has " + written.size() + " bytes of " + content.size())
          .remedy("look into the server's log, or whether somebody else writes there")
          .mayHelpToRetry());
    }
    reader.forget(location);
    return written;
  }

  private static ConflictException conflict(Location location, String found) {
    return new ConflictException(
        Problem.of("write").on(location).found(found).remedy("choose another location"));
  }

  @Override
  public void delete(Location location) {
    ProxyAddress address = open(location);
    // The server removes a directory with all that is in it: only what is surely a file is deleted.
    if (address.isDirectory() || !address.isSpeakable() || listing.find(address).isEmpty()) {
      return;
    }
    ServiceRequest request =
        ServiceRequest.of("delete", "DELETE", address.content()).on(location);
    try (ServiceReply reply = server.http().send(request)) {
      if (!reply.isSuccess() && reply.status() != 404) {
        throw server.error(request, reply, reply.text(ProxyReader.LONGEST_ERROR));
      }
    }
    reader.forget(location);
  }

  private ProxyAddress open(Location location) {
    if (closed) {
      throw new IllegalStateException("the store of MLflow's artifacts is closed");
    }
    return ProxyAddress.of(location, server.root());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      server.close();
    }
  }
}
