using System.Security.Cryptography;
using System.Text;

namespace Sineta.Delivery.Institutions;

/// <summary>The key of who runs the server. It makes institutions, and belongs to none.</summary>
public sealed class OperatorKey
{
    /// <summary>The fewest characters of a key that the operator chose.</summary>
    public const int MinLength = 16;

    public const int MaxLength = 128;

    private byte[]? _hash;

    /// <summary>What the operator's sessions carry, as long as the key is the same; null as long as there is none.</summary>
    public string? SessionStamp { get; private set; }

    /// <summary>From now on the key is what hashes to this.</summary>
    public void Set(byte[] hash) =>
        (_hash, SessionStamp) = (hash, Convert.ToHexString(HMACSHA256.HashData(hash, "sessions"u8)));

    /// <summary>Whether a bearer token is the operator's key; false as long as there is none.</summary>
    public bool Matches(ReadOnlySpan<char> token)
    {
        if (_hash is not { } expected || token.Length > MaxLength)
            return false;
        Span<byte> utf8 = stackalloc byte[MaxLength * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(token, utf8)], hash);
        return CryptographicOperations.FixedTimeEquals(hash, expected);
    }
}
