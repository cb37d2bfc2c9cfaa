using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class CertificateFaultsTests
{
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);

    [Fact]
    public void A_name_with_a_zero_in_it_can_be_recorded()
    {
        using var certificate = CertificateFor("a\0b.example");

        Assert.Equal("a\uFFFDb.example", CertificateFaults.NamesOf(certificate));
    }

    private static X509Certificate2 CertificateFor(string name)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
            names.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsName);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=receiver", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509SubjectAlternativeNameExtension(names.Encode()));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
