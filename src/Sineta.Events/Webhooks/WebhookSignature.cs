using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sineta.Events;

/// <summary>Signs and verifies deliveries by Standard Webhooks: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
public static class WebhookSignature
{
    private const string Version = "v1,";
    private const int SignatureLength = 3 + 44; // the version, and the base64 of 32 bytes
    private const int MaxStack = 512;

    /// <summary>How far a delivery's timestamp may lie from now, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The value of <see cref="WebhookHeaders.Signature"/>: one signature for each secret, separated by spaces.</summary>
    /// <param name="id">The event's id, as sent.</param>
    /// <param name="timestamp">When the attempt is made, Unix seconds, as sent.</param>
    /// <param name="body">The very bytes that are sent.</param>
    /// <param name="secrets">The secrets in force, at least one.</param>
    /// <exception cref="ArgumentException">There is no secret.</exception>
    public static string Sign(string id, long timestamp, ReadOnlySpan<byte> body, params ReadOnlySpan<WebhookSecret> secrets)
    {
        if (secrets.IsEmpty)
            throw new ArgumentException("Nothing is sent unsigned: at least one secret is needed.", nameof(secrets));
        var prefix = Prefix(id, timestamp.ToString(CultureInfo.InvariantCulture), stackalloc byte[MaxStack]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var most = secrets.Length * (SignatureLength + 1);
        var header = most <= MaxStack ? stackalloc char[MaxStack] : new char[most];
        var length = 0;
        foreach (var secret in secrets)
        {
            if (length > 0)
                header[length++] = ' ';
            secret.Sign(prefix, body, hash);
            Version.CopyTo(header[length..]);
            Convert.TryToBase64Chars(hash, header[(length + Version.Length)..], out _);
            length += SignatureLength;
        }

        return new string(header[..length]);
    }

    /// <summary>Verifies a delivery from its raw body and the three headers of Standard Webhooks.</summary>
    /// <param name="id">The value of <see cref="WebhookHeaders.Id"/>.</param>
    /// <param name="timestamp">The value of <see cref="WebhookHeaders.Timestamp"/>.</param>
    /// <param name="signatures">The value of <see cref="WebhookHeaders.Signature"/>.</param>
    /// <param name="body">The bytes as they came: JSON that was parsed and written again does not verify.</param>
    /// <param name="secrets">The secrets in force. None is a refusal.</param>
    /// <param name="now">The time, to compare the timestamp with.</param>
    public static VerificationResult Verify(
        string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, ReadOnlySpan<WebhookSecret> secrets, DateTimeOffset now)
    {
        if (secrets.IsEmpty)
            return new VerificationResult.NoSecret();
        if (string.IsNullOrEmpty(id))
            return new VerificationResult.MissingHeader(WebhookHeaders.Id);
        if (string.IsNullOrEmpty(timestamp))
            return new VerificationResult.MissingHeader(WebhookHeaders.Timestamp);
        if (string.IsNullOrEmpty(signatures))
            return new VerificationResult.MissingHeader(WebhookHeaders.Signature);
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > MaxUnixSeconds)
            return new VerificationResult.MalformedTimestamp();
        var age = now - DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (age.Duration() > Tolerance)
            return new VerificationResult.OutsideTolerance(age);
        return IsSigned(id, timestamp, signatures, body, secrets)
            ? new VerificationResult.Verified()
            : new VerificationResult.WrongSignature();
    }

    private static long MaxUnixSeconds => DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Compares every signature with every secret's, in constant time and to the end.</summary>
    private static bool IsSigned(
        string id, string timestamp, string signatures, ReadOnlySpan<byte> body, ReadOnlySpan<WebhookSecret> secrets)
    {
        var prefix = Prefix(id, timestamp, stackalloc byte[MaxStack]);
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var matches = false;
        foreach (var secret in secrets)
        {
            secret.Sign(prefix, body, expected);
            foreach (var part in signatures.AsSpan().Split(' '))
            {
                var signature = signatures.AsSpan(part);
                matches |= signature.StartsWith(Version, StringComparison.Ordinal)
                    && Convert.TryFromBase64Chars(signature[Version.Length..], given, out var read)
                    && CryptographicOperations.FixedTimeEquals(expected, given[..read]);
            }
        }

        return matches;
    }

    /// <summary>What is signed before the body, <c>id.timestamp.</c>, in the given memory where that is enough.</summary>
    private static ReadOnlySpan<byte> Prefix(string id, string timestamp, Span<byte> memory)
    {
        var most = Encoding.UTF8.GetMaxByteCount(id.Length + timestamp.Length + 2);
        var prefix = most <= memory.Length ? memory : new byte[most];
        var length = Encoding.UTF8.GetBytes(id, prefix);
        prefix[length++] = (byte)'.';
        length += Encoding.UTF8.GetBytes(timestamp, prefix[length..]);
        prefix[length++] = (byte)'.';
        return prefix[..length];
    }
}
