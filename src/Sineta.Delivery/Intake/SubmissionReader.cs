using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Sineta.Delivery.Institutions;
using Sineta.Events;

namespace Sineta.Delivery.Intake;

/// <summary>
/// Reads <c>{"type", "data", "occurred_at"?, "dedupe_key"?, "learner"?, "correlation"?, "source"?}</c> straight from the bytes that came,
/// and names every fault at once. Keys may come in any order, each once; nothing else may be there.
/// </summary>
internal ref struct SubmissionReader(ReadOnlySpan<byte> source, string root, Institution institution, DateTimeOffset now)
{
    private const int MaxFaults = 1_000;
    private const int MaxDedupeKey = 255;
    private const int MaxLearner = 255;
    private const int MaxCorrelation = 128;
    private const int MaxSource = 64;
    private static readonly TimeSpan MaxAhead = TimeSpan.FromHours(24);
    private static readonly string TypeFault = $"Must be one of {string.Join(", ", EventTypes.All)}.";

    private readonly ReadOnlySpan<byte> _source = source;
    private Utf8JsonReader _json = new(source);
    private List<Fault>? _faults;
    private Field _given;
    private EventType? _type;
    private Range _data;
    private DateTimeOffset? _occurredAt;
    private string? _dedupeKey;
    private string? _learner;
    private string? _correlation;
    private string? _sourceName;

    [Flags]
    private enum Field
    {
        None = 0,
        Type = 1,
        Data = 2,
        OccurredAt = 4,
        DedupeKey = 8,
        Learner = 16,
        Correlation = 32,
        Source = 64,
    }

    public SubmissionReading Read()
    {
        if (_source.Length > EventReader.MaxBytes)
            return Refused($"Must be at most {EventReader.MaxBytes} bytes.");
        if (!Utf8.IsValid(_source))
            return new SubmissionReading.Malformed("The body must be UTF-8 throughout.");
        try
        {
            _json.Read();
            var isObject = _json.TokenType == JsonTokenType.StartObject;
            if (isObject)
                ReadFields();
            else
                _json.Skip();
            _json.Read(); // throws where anything follows
            return isObject ? Conclude() : Refused("Must be an object.");
        }
        catch (JsonException broken)
        {
            return new SubmissionReading.Malformed(IntakeReader.Describe(broken));
        }
    }

    private SubmissionReading Conclude()
    {
        if (!_given.HasFlag(Field.Type))
            Refuse("/type", "Must be given.");
        if (!_given.HasFlag(Field.Data))
            Refuse("/data", "Must be given.");
        EventDocument? document = null;
        if (_type is not null && _given.HasFlag(Field.Data))
        {
            switch (EventReader.ReadData(_type, _source[_data], root + "/data"))
            {
                case EventReading.Accepted accepted:
                    document = accepted.Document;
                    break;
                case EventReading.Refused refused:
                    (_faults ??= []).AddRange(refused.Faults);
                    break;
            }
        }

        return _faults is null
            ? new SubmissionReading.Accepted(new Submission(document!, _occurredAt, _dedupeKey, _learner, _correlation, _sourceName))
            : new SubmissionReading.Refused(_faults);
    }

    private void ReadFields()
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var key = KeyOf(_json);
            var field = FieldOf(key);
            if (field == Field.None || _given.HasFlag(field))
            {
                Refuse(
                    $"/{Fault.Step(Encoding.UTF8.GetString(key))}",
                    field == Field.None ? "Is not a key of a submission." : "Is given twice.");
                _json.Skip();
                continue;
            }

            _given |= field;
            _json.Read();
            ReadField(field);
        }
    }

    private void ReadField(Field field)
    {
        switch (field)
        {
            case Field.Type:
                ReadType();
                break;
            case Field.Data:
                var start = (int)_json.TokenStartIndex;
                _json.Skip();
                _data = start..(int)_json.BytesConsumed;
                break;
            case Field.OccurredAt:
                ReadTime();
                break;
            case Field.DedupeKey:
                ReadDedupeKey();
                break;
            case Field.Learner:
                _learner = ReadText("/learner", MaxLearner);
                break;
            case Field.Correlation:
                _correlation = ReadText("/correlation", MaxCorrelation);
                break;
            default:
                _sourceName = ReadText("/source", MaxSource);
                break;
        }
    }

    private void ReadDedupeKey()
    {
        _dedupeKey = ReadText("/dedupe_key", MaxDedupeKey);
        if (_dedupeKey?.StartsWith(Event.OwnKeyPrefix, StringComparison.Ordinal) == true)
            Refuse("/dedupe_key", $"Must not begin with '{Event.OwnKeyPrefix}', as the keys of this platform's own facts do.");
    }

    /// <summary>The key at which a reader stands; as it is in the source where its escapes make no Unicode.</summary>
    public static ReadOnlySpan<byte> KeyOf(in Utf8JsonReader json) =>
        json.ValueIsEscaped && TextOf(json) is { } key ? Encoding.UTF8.GetBytes(key) : json.ValueSpan;

    private static Field FieldOf(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("type"u8) ? Field.Type
        : key.SequenceEqual("data"u8) ? Field.Data
        : key.SequenceEqual("occurred_at"u8) ? Field.OccurredAt
        : key.SequenceEqual("dedupe_key"u8) ? Field.DedupeKey
        : key.SequenceEqual("learner"u8) ? Field.Learner
        : key.SequenceEqual("correlation"u8) ? Field.Correlation
        : key.SequenceEqual("source"u8) ? Field.Source
        : Field.None;

    private void ReadType()
    {
        if (_json.TokenType == JsonTokenType.String && TextOf(_json) is { } slug && EventTypes.TryFind(slug, out var type))
            _type = type;
        else
            RefuseValue("/type", TypeFault);
    }

    private void ReadTime()
    {
        if (_json.TokenType == JsonTokenType.Null)
            return;
        if (_json.TokenType != JsonTokenType.String || !EventTime.TryRead(TextOf(_json), institution.Clock, out var moment))
            RefuseValue(
                "/occurred_at", "Must be a time since 1970: RFC 3339 with its offset, or yyyy-MM-dd HH:mm:ss in the institution's "
                    + "time zone.");
        else if (moment > now + MaxAhead)
            RefuseValue("/occurred_at", "Must not be more than 24 hours in the future.");
        else
            _occurredAt = moment;
    }

    private string? ReadText(string pointer, int max)
    {
        if (_json.TokenType == JsonTokenType.Null)
            return null;
        if (_json.TokenType == JsonTokenType.String && TextOf(_json) is { Length: > 0 } text && text.Length <= max && !text.Any(char.IsControl))
            return text;
        RefuseValue(pointer, $"Must be a string of 1 to {max} characters, with no control characters.");
        return null;
    }

    /// <summary>Null for what is no Unicode: half a surrogate pair.</summary>
    private static string? TextOf(in Utf8JsonReader json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private void RefuseValue(string pointer, string message)
    {
        Refuse(pointer, message);
        if (_json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            _json.Skip();
    }

    private void Refuse(string pointer, string message)
    {
        _faults ??= [];
        if (_faults.Count < MaxFaults)
            _faults.Add(new Fault(root + pointer, message));
    }

    private readonly SubmissionReading.Refused Refused(string message) => new([new Fault(root, message)]);
}
