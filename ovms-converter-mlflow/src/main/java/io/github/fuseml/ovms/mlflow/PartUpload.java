package io.github.fuseml.ovms.mlflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.http.ServiceReply;
import io.github.fuseml.ovms.http.ServiceRequest;
import io.github.fuseml.ovms.spi.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One upload in parts, MLflow's {@code mpu}: the server begins it in its store and signs a URL for each
 * part, the parts go there past the server, and the server puts them together. The store may be out of
 * reach from here; whatever fails, the upload is taken back, and the whole can still go by the server.
 */
final class PartUpload {
  private static final long SMALLEST_PART = 16L << 20;

  /** S3 takes 10,000; the signed URLs of all of them stand in one answer. */
  private static final int MOST_PARTS = 1000;

  private static final int AT_ONCE = 4;

  /** What the client sets itself, whatever the server wants to have sent. */
  private static final Set<String> OWN_HEADERS = Set.of("host", "content-length", "connection");

  private final TrackingServer server;
  private final ProxyAddress address;
  private final Content content;
  private final long partSize;
  private final int parts;
  private final AtomicLong sent = new AtomicLong();

  PartUpload(TrackingServer server, ProxyAddress address, Content content) {
    this.server = server;
    this.address = address;
    this.content = content;
    this.partSize = Math.max(SMALLEST_PART, (content.size() + MOST_PARTS - 1) / MOST_PARTS);
    this.parts = (int) ((content.size() + partSize - 1) / partSize);
  }

  /**
   * Uploads everything.
   *
   * @return false if the content has to go another way: nothing of it is there
   */
  boolean run() {
    JsonObject created = create().orElse(null);
    if (created == null) {
      return false;
    }
    String id = Json.text(created, "upload_id").orElse("");
    try {
      List<JsonObject> credentials = Json.list(created, "credentials");
      if (credentials.size() != parts) {
        throw failed("the server signed " + credentials.size() + " parts of " + parts);
      }
      step("complete", Map.of("path", address.name(), "upload_id", id, "parts", send(credentials)));
      return true;
    } catch (OvmsConverterException e) {
      abort(id);
      content.sent(-sent.getAndSet(0));
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return false;
    }
  }

  /** Begins the upload; empty where the server, or its store, does not do that. */
  private Optional<JsonObject> create() {
    try {
      return Optional.of(step("create", Map.of("path", address.name(), "num_parts", parts)));
    } catch (AccessDeniedException e) {
      throw e;
    } catch (OvmsConverterException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private JsonObject step(String name, Map<String, ?> document) {
    ServiceRequest request = ServiceRequest.of("write", "POST", address.parent().multipart(name))
        .on(address.location())
        .json(TrackingServer.text(document))
        .once();
    return server.call(request);
  }

  private List<Map<String, Object>> send(List<JsonObject> credentials) {
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, PartUpload::worker);
    try {
      List<Future<Map<String, Object>>> sending = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        int part = i;
        sending.add(workers.submit(() -> send(part, credentials.get(part))));
      }
      List<Map<String, Object>> done = new ArrayList<>();
      for (Future<Map<String, Object>> each : sending) {
        done.add(each.get());
      }
      return done;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("it was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OvmsConverterException own) {
        throw own;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private Map<String, Object> send(int index, JsonObject credential) {
    long offset = index * partSize;
    long length = Math.min(partSize, content.size() - offset);
    String url = Json.text(credential, "url").orElseThrow(() -> failed("a part has no URL"));
    ServiceRequest request = ServiceRequest.of("write", "PUT", Location.of(url))
        .on(address.location())
        .content(new Part(content, offset, length, sent));
    for (Map.Entry<String, String> header : headers(credential).entrySet()) {
      request = request.with(header.getKey(), header.getValue());
    }
    try (ServiceReply reply = server.http().send(request)) {
      if (!reply.isSuccess()) {
        throw server.http().error(reply, request);
      }
      int number = Json.number(credential, "part_number").orElse(index + 1L).intValue();
      return Map.of("part_number", number, "etag", reply.header("ETag").orElse(""), "url", url);
    }
  }

  private static Map<String, String> headers(JsonObject credential) {
    Map<String, String> headers = new TreeMap<>();
    JsonElement given = credential.get("headers");
    if (given != null && given.isJsonObject()) {
      for (String name : given.getAsJsonObject().keySet()) {
        if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
          Json.text(given.getAsJsonObject(), name).ifPresent(value -> headers.put(name, value));
        }
      }
    }
    return headers;
  }

  /** Takes the upload back, also on a thread that is interrupted; its own failure counts less. */
  private void abort(String id) {
    boolean interrupted = Thread.interrupted();
    try {
      step("abort", Map.of("path", address.name(), "upload_id", id));
    } catch (OvmsConverterException e) {
      // The store's own rules remove it some day.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private TransferException failed(String found) {
    return new TransferException(Problem.of("write").on(address.location()).found(found));
  }

  private static Thread worker(Runnable task) {
    Thread thread = new Thread(task, "ovms-mlflow-upload");
    thread.setDaemon(true);
    return thread;
  }
}
