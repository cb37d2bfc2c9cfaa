using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>
/// Proves events. Reading is strict: exactly the contract's keys, types and values, the keys in any order; false and true are taken for
/// 0 and 1 where the contract has these. Whatever is read, nothing is thrown: a refusal names every fault at once.
/// </summary>
public static class EventReader
{
    /// <summary>The largest body, and the largest input that is read, in bytes: 256 KiB.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly string UnknownSlug = $"Must be one of {string.Join(", ", EventTypes.All)}.";

    /// <summary>Reads what stands under <c>data</c>.</summary>
    /// <param name="type">The event that it must be.</param>
    /// <param name="utf8Data">The JSON, in UTF-8 without a byte order mark.</param>
    /// <param name="pointer">Where the data stands in what the sender gave: it begins every fault's pointer.</param>
    public static EventReading ReadData(EventType type, ReadOnlySpan<byte> utf8Data, string pointer = "/data")
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(pointer);
        return JsonInput.Impediment(utf8Data) is { } impediment
            ? Refused(pointer, impediment)
            : Read(type, utf8Data, pointer, isBody: false);
    }

    /// <summary>Reads a whole body, as a receiver gets it.</summary>
    /// <param name="utf8Body">The JSON, in UTF-8 without a byte order mark.</param>
    public static EventReading ReadBody(ReadOnlySpan<byte> utf8Body)
    {
        if (JsonInput.Impediment(utf8Body) is { } impediment)
            return Refused("", impediment);
        try
        {
            return FindSlug(utf8Body, out var slug) && EventTypes.TryFind(slug, out var type)
                ? Read(type, utf8Body, root: "", isBody: true)
                : Refused("/event/slug", UnknownSlug);
        }
        catch (JsonException broken)
        {
            return Refused("", JsonInput.Describe(broken));
        }
    }

    /// <summary>
    /// Proves a record, for who makes events; what it refuses is what <see cref="ReadData"/> would. Half a surrogate pair in a text
    /// becomes U+FFFD.
    /// </summary>
    /// <exception cref="ArgumentException">A time of the record is marked as UTC.</exception>
    public static EventReading Prove(ActivityEvent activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return ReadData(activity.Type, activity.Type.Body.Serialize(activity));
    }

    /// <summary>Reads no more of a body than which event it says it is: one of the five, an operational one, or one unknown here.</summary>
    /// <returns>False where it does not say, or is not JSON up to there.</returns>
    public static bool TryReadSlug(ReadOnlySpan<byte> utf8Body, [NotNullWhen(true)] out string? slug)
    {
        slug = null;
        try
        {
            return JsonInput.Impediment(utf8Body) is null && FindSlug(utf8Body, out slug);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static EventReading Read(EventType type, ReadOnlySpan<byte> source, string root, bool isBody)
    {
        var proof = new Proof(source, root);
        try
        {
            type.Body.Read(ref proof, isBody);
            if (proof.Faults is { } faults)
                return new EventReading.Refused(faults);
            var document = new EventDocument(type, ref proof, source.Length);
            return document.BodyLength <= MaxBytes
                ? new EventReading.Accepted(document)
                : Refused(root, $"Must make a body of at most {MaxBytes} bytes.");
        }
        finally
        {
            proof.Dispose();
        }
    }

    private static EventReading.Refused Refused(string pointer, string message) => new([new Fault(pointer, message)]);

    private static bool FindSlug(ReadOnlySpan<byte> body, [NotNullWhen(true)] out string? slug)
    {
        var json = JsonInput.Reader(body);
        json.Read();
        var found = JsonInput.FindKey(ref json, "event"u8) && JsonInput.FindKey(ref json, "slug"u8);
        slug = found && json.TokenType == JsonTokenType.String ? Encoding.UTF8.GetString(JsonInput.Text(ref json)) : null;
        return slug is not null;
    }
}
