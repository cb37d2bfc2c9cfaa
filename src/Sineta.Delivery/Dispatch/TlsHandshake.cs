using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sineta.Delivery.Dispatch;

/// <summary>Encrypts a connection, offers HTTP/2 and HTTP/1.1, and says plainly what is wrong with a certificate.</summary>
/// <param name="extraRoots">Authorities that are trusted besides the system's; null for none.</param>
/// <param name="time">The clock that certificates expire by, and that phases are timed with.</param>
internal sealed class TlsHandshake(X509Certificate2Collection? extraRoots, TimeProvider time)
{
    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    /// <summary>Takes the socket over, and closes it where it fails.</summary>
    public async Task<TracedTlsStream> SecureAsync(Socket socket, string host, Connection connection, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        string? fault = null;
        var stream = new TracedTlsStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ApplicationProtocols = Protocols,
                CertificateChainPolicy = ChainPolicy(),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    (fault = FaultOf(host, certificate as X509Certificate2, chain, errors)) is null,
            }, cancellationToken);
            stream.Connection = connection with { TlsVersion = NameOf(stream.SslProtocol), Tls = time.MicrosecondsSince(begun) };
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (e is AuthenticationException or IOException)
                throw new ConnectFailedException(UnreachableReason.Tls, fault ?? SentenceOf(e, host), e);
            throw;
        }
    }

    // An incomplete chain would otherwise be completed from an address that the receiver's own certificate names: a request that
    // AddressRules never see.
    private static X509ChainPolicy ChainPolicy() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
    };

    private string? FaultOf(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        if (certificate is null || chain is null)
            return $"{host} showed no certificate.";
        using var own = extraRoots is null ? null : ChainToExtraRoots(certificate, chain);
        List<string> faults = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            faults.Add($"is for {CertificateFaults.NamesOf(certificate)}, not for {host}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            CertificateFaults.Add((own ?? chain).ChainStatus, certificate, time.GetUtcNow(), faults);
        return faults.Count == 0 ? null : $"The certificate of {host} {string.Join(", and ", faults)}.";
    }

    private X509Chain ChainToExtraRoots(X509Certificate2 certificate, X509Chain sent)
    {
        var chain = new X509Chain { ChainPolicy = ChainPolicy() };
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(extraRoots!);
        foreach (var element in sent.ChainElements)
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        chain.Build(certificate);
        return chain;
    }

    private static string SentenceOf(Exception problem, string host) => problem switch
    {
        IOException => $"{host} closed the connection during the TLS handshake.",
        { InnerException.Message: { } detail } => $"{host} and we could not agree on TLS: {detail}",
        _ => $"{host} and we could not agree on TLS: {problem.Message}",
    };

    private static string NameOf(SslProtocols version) => version switch
    {
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls13 => "TLS 1.3",
        _ => version.ToString(),
    };
}
