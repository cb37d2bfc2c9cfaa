using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Pages.Sessions;

/// <summary>
/// The keys that sessions and forms are sealed with, in the database, so that every node reads what another wrote. There they lie encrypted
/// with the server's own key. One that was encrypted with another is lost, and with it the sessions that it sealed: a new one takes its place.
/// </summary>
public sealed class KeyRing(NpgsqlDataSource database, SecretVault vault) : IXmlRepository
{
    // The owner that the keys are encrypted for: no endpoint has it.
    private static readonly Guid Owner = new("5e55101d-0000-0000-0000-000000000000");

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("select ciphertext from session_keys order by created_at");
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read())
        {
            if (Open(reader.GetFieldValue<byte[]>(0)) is { } key)
                keys.Add(key);
        }

        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.CreateCommand("insert into session_keys (name, ciphertext) values ($1, $2)");
        command.Parameters.AddWithValue(friendlyName);
        command.Parameters.AddWithValue(vault.Encrypt(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)), Owner));
        command.ExecuteNonQuery();
    }

    private XElement? Open(byte[] ciphertext)
    {
        try
        {
            return XElement.Parse(Encoding.UTF8.GetString(vault.Decrypt(ciphertext, Owner)));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
