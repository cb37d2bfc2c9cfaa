using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Sineta.Events;

/// <summary>What signs an endpoint's deliveries, as Standard Webhooks writes it: <c>whsec_</c> and the base64 of 24 to 64 bytes.</summary>
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private readonly byte[] _key;

    // To make a keyed hash costs as much as to hash a body: one at a time is kept for who signs next.
    private IncrementalHash? _spare;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>A new secret of 32 random bytes.</summary>
    public static WebhookSecret Generate() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads a secret.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static WebhookSecret Parse(string text) =>
        TryParse(text, out var secret) ? secret : throw new FormatException("A secret is 'whsec_' and the base64 of 24 to 64 bytes.");

    /// <summary>Reads a secret; false where it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        Span<byte> key = stackalloc byte[66];
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) == true
            && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            && length is >= 24 and <= 64)
            secret = new WebhookSecret(key[..length].ToArray());
        CryptographicOperations.ZeroMemory(key);
        return secret is not null;
    }

    /// <summary>The HMAC-SHA256 of two texts, one behind the other.</summary>
    internal void Sign(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> hash)
    {
        var hashing = Interlocked.Exchange(ref _spare, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hashing.AppendData(first);
        hashing.AppendData(second);
        hashing.GetHashAndReset(hash);
        Interlocked.Exchange(ref _spare, hashing)?.Dispose();
    }

    /// <summary>The secret itself, for its owner's eyes: never for a log.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(_key);

    /// <summary>Not the secret: <c>whsec_…</c>.</summary>
    public override string ToString() => "whsec_…";
}
