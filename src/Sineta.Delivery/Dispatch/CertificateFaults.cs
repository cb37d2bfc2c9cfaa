using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Sineta.Delivery.Dispatch;

/// <summary>What is wrong with a certificate, in the words of the one who must renew it. Each completes “The certificate of … ”.</summary>
internal static class CertificateFaults
{
    private const int NamesShown = 3;

    /// <summary>Adds one phrase for each thing wrong with the chain.</summary>
    public static void Add(X509ChainStatus[] chain, X509Certificate2 certificate, DateTimeOffset now, List<string> faults)
    {
        foreach (var status in chain)
        {
            var fault = status.Status switch
            {
                X509ChainStatusFlags.NotTimeValid => ValidityOf(certificate, now),
                X509ChainStatusFlags.UntrustedRoot when IsItsOwnIssuer(certificate) => "is signed by itself",
                X509ChainStatusFlags.UntrustedRoot => "comes from an authority that is not trusted",
                X509ChainStatusFlags.PartialChain => "comes without its issuer's (send the whole chain), or its issuer is not trusted",
                X509ChainStatusFlags.Revoked => "is revoked",
                X509ChainStatusFlags.NotValidForUsage => "is not for servers",
                _ => $"is not valid ({status.Status})",
            };
            if (!faults.Contains(fault))
                faults.Add(fault);
        }
    }

    /// <summary>The names that a certificate is for.</summary>
    public static string NamesOf(X509Certificate2 certificate)
    {
        List<string> names = [];
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension alternatives)
                names.AddRange([.. alternatives.EnumerateDnsNames().Select(Legible), .. alternatives.EnumerateIPAddresses().Select(a => a.ToString())]);
        }
        return names.Count switch
        {
            0 => "no name at all",
            <= NamesShown => string.Join(", ", names),
            _ => $"{string.Join(", ", names[..NamesShown])} and {names.Count - NamesShown} more",
        };
    }

    // PostgreSQL's text cannot hold a zero.
    private static string Legible(string name) => name.Replace('\0', '\uFFFD');

    private static bool IsItsOwnIssuer(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string ValidityOf(X509Certificate2 certificate, DateTimeOffset now) =>
        certificate.NotAfter.ToUniversalTime() < now ? $"expired on {Day(certificate.NotAfter)}"
        : certificate.NotBefore.ToUniversalTime() > now ? $"is not valid before {Day(certificate.NotBefore)}"
        : "comes from an authority whose own certificate has expired";

    private static string Day(DateTime moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
