using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sineta.Server.Pages;

/// <summary>JSON as people read it.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text with line breaks; as it is, where it is no JSON.</summary>
    public static string Indented(string text)
    {
        try
        {
            return JsonSerializer.Serialize(JsonElement.Parse(text), Readable);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
