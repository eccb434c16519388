package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.ConnectionErrors;
import io.github.fuseml.ovms.spi.HttpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests: guarded, with the credentials that belong to the server, over redirects, and again
 * where that may help. Thread-safe.
 */
final class Http implements AutoCloseable {
  private static final Duration LOOK_AT_UPLOADS_EVERY = Duration.ofMillis(500);

  private final HttpSettings settings;
  private final AddressGuard guard;
  private final Proxies proxies;
  private final Retries retries;
  private final HttpClient client;

  /** The server that the credentials of the settings are for: the first one that is asked. */
  private final AtomicReference<@Nullable Origin> ownServer;

  Http(HttpSettings settings) {
    this(settings, null);
  }

  /** For a server that is known beforehand, so that no other one can be the first. */
  Http(HttpSettings settings, @Nullable Origin server) {
    this.settings = settings;
    this.ownServer = new AtomicReference<>(server);
    this.guard = new AddressGuard(settings.privateAddressesAllowed());
    this.proxies = new Proxies(settings.all());
    this.retries = new Retries(settings.attempts(), this::error);
    this.client = HttpClient.newBuilder()
        // One connection of HTTP/2 shares its window among all parts that are read at once.
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(settings.connectTimeout())
        .proxy(proxies)
        .sslContext(Tls.context(settings))
        .build();
  }

  /**
   * Sends a request and waits for the headers of its answer.
   *
   * @return the answer, whatever its status; to be closed
   * @throws OvmsConverterException if there is none
   */
  Answer send(Call call) {
    WebAddress address = WebAddress.of(call.location());
    @Nullable Credentials credentials = credentialsFor(address);
    Answer answer = retries.run(call, () -> follow(call, address.uri(), credentials));
    if (answer.isSuccess() && answer.encoding().isPresent()) {
      answer.close();
      throw HttpErrors.encoded(call, answer.encoding().get());
    }
    return answer;
  }

  /** Waits before something is tried again that takes several requests. */
  void pause(int number, Call call) {
    Retries.sleep(Retries.pauseAfter(number), call);
  }

  /** The error to throw for an answer. */
  OvmsConverterException error(Answer answer, Call call) {
    OvmsConverterException error = HttpErrors.of(answer, call, hasCredentialsFor(call.location()));
    return answer.status() == 400
        ? connection(call)
            .wrongScheme(Problem.of(call.tried()).on(call.subject()), null)
            .<OvmsConverterException>map(wrong -> wrong)
            .orElse(error)
        : error;
  }

  private OvmsConverterException error(IOException error, Call call) {
    return HttpErrors.of(error, call, connection(call));
  }

  private ConnectionErrors connection(Call call) {
    URI uri = WebAddress.of(call.location()).uri();
    return HttpErrors.connection(proxies.proxyFor(uri) == null ? uri : null);
  }

  boolean hasCredentialsFor(Location url) {
    return credentialsFor(WebAddress.of(url)) != null;
  }

  private @Nullable Credentials credentialsFor(WebAddress address) {
    ownServer.compareAndSet(null, address.origin());
    if (address.credentials() != null) {
      return address.credentials();
    }
    return isOwnServer(address.uri()) ? settings.credentials() : null;
  }

  private boolean isOwnServer(URI uri) {
    return Origin.of(uri).equals(ownServer.get());
  }

  private Answer follow(Call call, URI first, @Nullable Credentials credentials)
      throws IOException, InterruptedException {
    URI uri = first;
    boolean own = true; // Once another server was asked, nobody is told secrets any more.
    for (int hop = 0; hop <= Redirects.LIMIT; hop++) {
      own &= Origin.of(uri).equals(Origin.of(first));
      Answer answer = hop > 0 && !own
          ? exchangeElsewhere(call, uri)
          : exchange(call, uri, own ? credentials : null, own && isOwnServer(uri));
      Optional<URI> next = nextHop(call, answer);
      if (next.isEmpty()) {
        return answer;
      }
      if (Redirects.addsSlash(uri, next.get())) {
        return answer.asDirectory();
      }
      answer.close();
      uri = next.get();
    }
    throw Redirects.tooMany(call);
  }

  /** Says which server it was when that fails: the location names another one. */
  private Answer exchangeElsewhere(Call call, URI uri) throws IOException, InterruptedException {
    try {
      return exchange(call, uri, null, false);
    } catch (IOException e) {
      throw new RedirectedException(Origin.of(uri), e);
    }
  }

  private static Optional<URI> nextHop(Call call, Answer answer) {
    try {
      return Redirects.next(call, answer);
    } catch (TransferException e) {
      answer.close();
      throw e;
    }
  }

  private Answer exchange(
      Call call, URI uri, @Nullable Credentials credentials, boolean withOwnHeaders)
      throws IOException, InterruptedException {
    HttpProxy proxy = proxies.proxyFor(uri);
    guard.check(uri, call.subject(), proxy != null);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri)
        .method(call.method(), body(call))
        .header("User-Agent", "ovms-converter")
        .header("Accept-Encoding", "identity");
    call.headers().forEach(request::setHeader);
    if (withOwnHeaders) {
      settings.headers().forEach(request::setHeader);
    }
    if (credentials != null) {
      request.setHeader("Authorization", credentials.header());
    }
    if (proxy != null && proxy.user().isPresent()) {
      Credentials user = Credentials.basic(proxy.user().get(), proxy.password());
      request.setHeader("Proxy-Authorization", user.header());
    }
    HttpResponse<BodyStream> response = await(call, request);
    return new Answer(
        response.statusCode(), response.headers(), response.body(), uri, false, false);
  }

  private static BodyPublisher body(Call call) {
    if (call.upload() != null) {
      return call.upload().publisher();
    }
    return call.text().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(call.text());
  }

  private HttpResponse<BodyStream> await(Call call, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException(); // Before anything is sent, which might arrive.
    }
    boolean bodiless = call.method().equals("HEAD"); // The length in it is that of a GET.
    BodyHandler<BodyStream> handler = info -> new BodyStream(
        bodiless ? 0 : info.headers().firstValueAsLong("Content-Length").orElse(-1),
        settings.answerTimeout());
    Upload upload = call.upload();
    if (upload == null) {
      return client.send(request.timeout(settings.answerTimeout()).build(), handler);
    }
    CompletableFuture<HttpResponse<BodyStream>> answer = client.sendAsync(request.build(), handler);
    try {
      return awaitWhileSending(answer, upload);
    } finally {
      answer.cancel(true); // Does nothing to one that is there.
    }
  }

  /** An upload may take hours: what counts is whether it goes on. */
  private HttpResponse<BodyStream> awaitWhileSending(
      CompletableFuture<HttpResponse<BodyStream>> answer, Upload upload)
      throws IOException, InterruptedException {
    while (true) {
      try {
        return answer.get(LOOK_AT_UPLOADS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (upload.idle().compareTo(settings.answerTimeout()) > 0) {
          throw new HttpTimeoutException("the upload stalled");
        }
      } catch (ExecutionException e) {
        Optional<OvmsConverterException> unreadable = upload.failure();
        if (unreadable.isPresent()) {
          throw unreadable.get();
        }
        if (e.getCause() instanceof IOException error) {
          throw error;
        }
        throw new IOException(String.valueOf(e.getCause()), e.getCause());
      }
    }
  }

  /** Lets idle connections go at once where this Java can; before 21 it does so by itself. */
  @Override
  public void close() {
    try {
      HttpClient.class.getMethod("shutdown").invoke(client);
    } catch (ReflectiveOperationException e) {
      // The client ends when it is garbage.
    }
  }
}
