using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sineta.Delivery.Institutions;

/// <summary>What a caller of the API sends to be known: <c>sk_</c> and 32 random bytes. Shown once; only its hash is kept.</summary>
public static class BearerToken
{
    public const string Prefix = "sk_";
    private const int HintStart = 7;
    private const int HintEnd = 4;

    public static string Generate() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Enough of a token for people to tell it from others: <c>sk_AbCd…wXyZ</c>.</summary>
    public static string HintOf(string token) => $"{token[..HintStart]}…{token[^HintEnd..]}";
}
