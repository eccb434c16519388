package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.spi.HttpProxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.hc.client5.http.RouteInfo;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** The way of each request: by the proxy that the settings have for its server, or straight there. */
final class ProxyRoutes extends DefaultRoutePlanner {
  private final GcsSettings settings;
  private final BasicCredentialsProvider users = new BasicCredentialsProvider();

  private ProxyRoutes(GcsSettings settings) {
    super(null);
    this.settings = settings;
  }

  static void install(GcsSettings settings, HttpClientBuilder builder) {
    ProxyRoutes routes = new ProxyRoutes(settings);
    builder
        .setRoutePlanner(routes)
        .setDefaultCredentialsProvider(routes.users)
        .addRequestInterceptorFirst((request, entity, context) -> routes.sign(request, context));
  }

  @Override
  protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
    HttpProxy proxy = proxy(target).orElse(null);
    if (proxy == null) {
      return null;
    }
    HttpHost host = HttpHost.create(proxy.address());
    // For the tunnel to a server that speaks TLS; the proxy asks for it.
    proxy
        .user()
        .ifPresent(user -> users.setCredentials(
            new AuthScope(host),
            new UsernamePasswordCredentials(user, proxy.password().toCharArray())));
    return host;
  }

  private Optional<HttpProxy> proxy(HttpHost target) {
    return settings.proxy(URI.create(target.toURI()));
  }

  /** A proxy that sees the request is told at once who asks: some bodies can be sent only once. */
  private void sign(HttpRequest request, HttpContext context) {
    RouteInfo way = HttpClientContext.cast(context).getHttpRoute();
    if (way == null || way.getProxyHost() == null || way.isTunnelled()) {
      return;
    }
    proxy(way.getTargetHost())
        .ifPresent(proxy -> proxy.user().ifPresent(user -> {
          byte[] pair = (user + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8);
          request.setHeader(
              "Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }));
  }
}
