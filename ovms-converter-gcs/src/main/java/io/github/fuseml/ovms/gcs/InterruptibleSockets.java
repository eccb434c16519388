package io.github.fuseml.ovms.gcs;

import java.net.Proxy;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.DetachedSocketFactory;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections whose socket belongs to a channel: an interrupt of the thread that connects,
 * reads or writes closes it, which ends the call. A plain socket does not hear of interrupts.
 */
final class InterruptibleSockets extends PoolingHttpClientConnectionManagerBuilder {
  @Override
  protected HttpClientConnectionOperator createConnectionOperator(
      SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
    DetachedSocketFactory sockets = InterruptibleSockets::socket;
    return new DefaultHttpClientConnectionOperator(
        sockets,
        ports,
        names,
        RegistryBuilder.<TlsSocketStrategy>create()
            .register(URIScheme.HTTPS.id, tls)
            .build());
  }

  private static Socket socket(@Nullable Proxy socks) throws java.io.IOException {
    return socks == null ? SocketChannel.open().socket() : new Socket(socks);
  }
}
