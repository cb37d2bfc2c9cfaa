using System.Security.Cryptography;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Tests.Storage;

public sealed class SecretVaultTests
{
    private static readonly byte[] Plain = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"u8.ToArray();
    private static readonly Guid Owner = Guid.Parse("0192f0c1-2d3e-7abc-8def-0123456789ab");
    private static readonly Guid Other = Guid.Parse("0192f0c1-2d3e-7abc-8def-0123456789ac");

    [Fact]
    public void What_was_encrypted_for_an_owner_is_read_again_for_that_owner()
    {
        var vault = new SecretVault(new byte[32]);
        Assert.Equal(Plain, vault.Decrypt(vault.Encrypt(Plain, Owner), Owner));
    }

    [Fact]
    public void The_same_secret_never_looks_the_same_twice()
    {
        var vault = new SecretVault(new byte[32]);
        Assert.NotEqual(vault.Encrypt(Plain, Owner), vault.Encrypt(Plain, Owner));
    }

    [Fact]
    public void Whoever_encrypts_and_reads_at_the_same_time_gets_back_what_is_theirs()
    {
        var vault = new SecretVault(new byte[32]);
        Parallel.For(0, 20_000, i =>
        {
            var (owner, plain) = (Guid.CreateVersion7(), BitConverter.GetBytes(i));
            Assert.Equal(plain, vault.Decrypt(vault.Encrypt(plain, owner), owner));
        });
    }

    [Fact]
    public void Another_owner_another_key_or_a_changed_byte_is_refused()
    {
        var vault = new SecretVault(new byte[32]);
        var stranger = new SecretVault([.. Enumerable.Repeat((byte)1, 32)]);
        var stored = vault.Encrypt(Plain, Owner);

        Assert.ThrowsAny<CryptographicException>(() => vault.Decrypt(stored, Other));
        Assert.ThrowsAny<CryptographicException>(() => stranger.Decrypt(stored, Owner));
        for (var i = 0; i < stored.Length; i++)
        {
            byte[] changed = [.. stored];
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => vault.Decrypt(changed, Owner));
        }
    }
}
