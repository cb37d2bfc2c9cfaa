using System.Security.Cryptography;

namespace Sineta.Delivery.Storage;

/// <summary>
/// Encrypts what must be read again but never lies open in the database: AES-256-GCM, the row's identity as associated data. For any number
/// of threads: an <see cref="AesGcm"/> is for one, so that each call has its own.
/// </summary>
/// <param name="key">32 bytes, kept outside the database.</param>
public sealed class SecretVault(byte[] key)
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <summary>Nonce, ciphertext and tag, in that order.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plain, Guid owner)
    {
        var sealedBytes = new byte[NonceSize + plain.Length + TagSize];
        var nonce = sealedBytes.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceSize, plain.Length), sealedBytes.AsSpan(NonceSize + plain.Length), owner.ToByteArray());
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">The key or the owner is another, or the bytes were changed.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> sealedBytes, Guid owner)
    {
        if (sealedBytes.Length < NonceSize + TagSize)
            throw new CryptographicException("These bytes are too few to have been encrypted here.");
        var plain = new byte[sealedBytes.Length - NonceSize - TagSize];
        var cipher = sealedBytes.Slice(NonceSize, plain.Length);
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(sealedBytes[..NonceSize], cipher, sealedBytes[^TagSize..], plain, owner.ToByteArray());
        return plain;
    }
}
