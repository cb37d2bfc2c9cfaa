using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Server.Embedded;

namespace Sineta.Server.Hosting;

/// <summary>
/// The key that endpoints' secrets are encrypted with. It never lies in the database: it is <c>Sineta__SecretKey</c>, or the file
/// <c>secret.key</c> of the data folder, made at the first start.
/// </summary>
internal sealed class SecretKey(IOptions<ServerOptions> options, IServiceProvider services)
{
    private const int Size = 32;

    // The owner that the sample is encrypted for: no endpoint has it.
    private static readonly Guid Nobody = Guid.Empty;
    private static readonly byte[] Sample = "sineta"u8.ToArray();

    public SecretVault Open() => new(options.Value.SecretKey is { } given ? Decode(given, "Sineta__SecretKey") : FromFile());

    /// <summary>Makes sure that this is the key that the database's secrets were encrypted with.</summary>
    /// <exception cref="StartRefusedException">It is another.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var vault = services.GetRequiredService<SecretVault>();
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("""
            insert into settings (name, value) values ('secret_key_sample', $1)
            on conflict (name) do update set value = settings.value
            returning value
            """);
        command.Parameters.AddWithValue(vault.Encrypt(Sample, Nobody));
        var stored = (byte[])(await command.ExecuteScalarAsync(cancellationToken))!;
        try
        {
            vault.Decrypt(stored, Nobody);
        }
        catch (CryptographicException e)
        {
            throw new StartRefusedException(
                "The secrets in this database were encrypted with another key: give this server the secret.key, or the Sineta__SecretKey, "
                + "of the one that made it.", e);
        }
    }

    private byte[] FromFile()
    {
        var folder = Path.GetFullPath(options.Value.DataDirectory);
        var path = Path.Combine(folder, "secret.key");
        try
        {
            if (!File.Exists(path))
                Make(folder, path);
            return Decode(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.Unwritable(folder, e);
        }
    }

    /// <summary>A crash must not leave half a key under the name that is read.</summary>
    private static void Make(string folder, string path)
    {
        Directory.CreateDirectory(folder);
        var unfinished = path + ".new";
        using (var file = new FileStream(unfinished, OwnerOnly()))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size))));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
    }

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        return options;
    }

    private static byte[] Decode(string text, string source)
    {
        var key = new byte[Size + 1];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == Size
            ? key[..Size]
            : throw new StartRefusedException($"{source} must be 32 bytes in base64, as openssl rand -base64 32 prints them.");
    }
}
