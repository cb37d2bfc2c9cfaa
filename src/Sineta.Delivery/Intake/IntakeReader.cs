using System.Text.Json;
using Sineta.Delivery.Institutions;
using Sineta.Events;

namespace Sineta.Delivery.Intake;

/// <summary>Reads what publishers submit. Whatever is read, nothing is thrown.</summary>
public static class IntakeReader
{
    /// <summary>Items of a batch, at most.</summary>
    public const int MaxBatch = 1_000;

    // An answer that names every fault of a large batch would be larger than the batch.
    private const int MaxBatchFaults = 10_000;

    private static readonly string BatchFault = $"Must be an array of 1 to {MaxBatch} events.";

    /// <summary>Reads one submission, at most 256 KiB.</summary>
    /// <param name="institution">Whose event it is: times without an offset are its local ones.</param>
    public static SubmissionReading Read(ReadOnlySpan<byte> utf8, Institution institution, DateTimeOffset now) =>
        new SubmissionReader(utf8, root: "", institution, now).Read();

    /// <summary>Reads <c>{"events": […]}</c>, 1 to 1,000 submissions, each on its own.</summary>
    public static BatchReading ReadBatch(ReadOnlySpan<byte> utf8, Institution institution, DateTimeOffset now)
    {
        try
        {
            var items = Split(utf8, out var faults);
            return faults.Count > 0 ? new BatchReading.Refused(faults) : new BatchReading.Items(ReadItems(utf8, items, institution, now));
        }
        catch (JsonException broken)
        {
            return new BatchReading.Malformed(Describe(broken));
        }
    }

    /// <summary>Says where, and in what, JSON is broken.</summary>
    public static string Describe(JsonException broken)
    {
        var reason = broken.Message;
        var position = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return $"The body is not JSON: at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}, "
            + (position < 0 ? reason : reason[..position]);
    }

    private static List<Range> Split(ReadOnlySpan<byte> utf8, out List<Fault> faults)
    {
        faults = [];
        var items = new List<Range>();
        var given = false;
        var json = new Utf8JsonReader(utf8);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            faults.Add(new("", "Must be an object."));
        while (faults.Count == 0 && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (given || !SubmissionReader.KeyOf(json).SequenceEqual("events"u8))
                faults.Add(new("", "Must have the key events, once, and no other."));
            given = true;
            json.Read();
            if (json.TokenType == JsonTokenType.StartArray)
                SplitArray(ref json, items);
            else
                json.Skip();
        }

        json.Skip();
        while (json.Read())
            json.Skip();
        if (faults.Count == 0 && items.Count is 0 or > MaxBatch)
            faults.Add(new("/events", BatchFault));
        return items;
    }

    private static void SplitArray(ref Utf8JsonReader json, List<Range> items)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)json.TokenStartIndex;
            json.Skip();
            if (items.Count <= MaxBatch)
                items.Add(start..(int)json.BytesConsumed);
        }
    }

    private static List<(SubmissionReading, Range)> ReadItems(
        ReadOnlySpan<byte> utf8, List<Range> items, Institution institution, DateTimeOffset now)
    {
        var readings = new List<(SubmissionReading, Range)>(items.Count);
        var faults = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var reading = new SubmissionReader(utf8[items[i]], $"/events/{i}", institution, now).Read();
            if (reading is SubmissionReading.Refused refused)
            {
                faults += refused.Faults.Count;
                if (faults > MaxBatchFaults)
                    reading = new SubmissionReading.Refused([refused.Faults[0], new($"/events/{i}", "There may be more faults.")]);
            }

            readings.Add((reading, items[i]));
        }

        return readings;
    }
}
