using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>
/// One reading in progress: the reader, where it stands, what was read and what was refused. The memory is pooled, so it must be
/// disposed; what is refused costs more than what is accepted.
/// </summary>
internal ref struct Proof(ReadOnlySpan<byte> source, string root)
{
    private const int MaxFaults = 1_000;

    private readonly ReadOnlySpan<byte> _source = source;
    private Slot[] _slots = ArrayPool<Slot>.Shared.Rent(64);
    private byte[]? _decoded;
    private int _decodedLength;
    private Steps _steps;
    private int _depth;

    /// <summary>Stands at the value that is to be read next.</summary>
    public Utf8JsonReader Json = JsonInput.Reader(source);

    public List<Fault>? Faults { get; private set; }

    public int SlotCount { get; private set; }

    public readonly Slot this[int slot]
    {
        get => _slots[slot];
        set => _slots[slot] = value;
    }

    public int AddSlots(int count)
    {
        var first = SlotCount;
        SlotCount += count;
        if (SlotCount > _slots.Length)
            Grow(ref _slots, first, SlotCount);
        _slots.AsSpan(first, count).Clear();
        return first;
    }

    public void Enter(string name) => _steps[_depth++] = new Step(name, 0);

    public void Enter(int index) => _steps[_depth++] = new Step(null, index);

    public void Leave() => _depth--;

    /// <summary>Records a fault at the place where the reading is, and passes over the value there.</summary>
    public void Refuse(string message)
    {
        Add(Pointer(), message);
        if (Json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            Json.Skip();
    }

    /// <summary>Records a fault for the key at which the reader stands, and passes over its value.</summary>
    public void RefuseKey(string message)
    {
        Enter(Encoding.UTF8.GetString(JsonInput.Text(ref Json)));
        Add(Pointer(), message);
        Json.Skip();
        Leave();
    }

    public void Add(string pointer, string message)
    {
        Faults ??= [];
        if (Faults.Count < MaxFaults - 1)
            Faults.Add(new Fault(pointer, message));
        else if (Faults.Count < MaxFaults)
            Faults.Add(new Fault(root, "There are more faults than the first 999."));
    }

    /// <summary>The JSON pointer to the place where the reading is.</summary>
    public readonly string Pointer()
    {
        var pointer = new StringBuilder(root);
        for (var i = 0; i < _depth; i++)
        {
            var (name, index) = _steps[i];
            pointer.Append('/').Append(name is null ? index.ToString(CultureInfo.InvariantCulture) : Fault.Step(name));
        }

        return pointer.ToString();
    }

    /// <summary>Takes the string at which the reader stands; its escapes are decoded. False for what is no string of Unicode.</summary>
    public bool TryReadText(out Slot read)
    {
        read = default;
        if (Json.TokenType != JsonTokenType.String)
            return false;
        var length = Json.ValueSpan.Length;
        if (!Json.ValueIsEscaped)
        {
            read = new Slot(SlotKind.SourceText, (int)Json.TokenStartIndex + 1, length, 0);
            return true;
        }

        // What is decoded is never longer than what stood in the source, so the source's length is enough for all of it.
        _decoded ??= ArrayPool<byte>.Shared.Rent(_source.Length);
        try
        {
            var written = Json.CopyString(_decoded.AsSpan(_decodedLength));
            read = new Slot(SlotKind.DecodedText, _decodedLength, written, 0);
            _decodedLength += written;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public readonly ReadOnlySpan<byte> TextOf(Slot read) => read.Kind switch
    {
        SlotKind.SourceText => _source.Slice(read.Start, read.Length),
        SlotKind.DecodedText => _decoded.AsSpan(read.Start, read.Length),
        _ => Timestamp.Blank,
    };

    public readonly void WriteText(Slot read, ref JsonOutput output)
    {
        output.Raw("\""u8);
        if (read.Kind == SlotKind.DecodedText)
            output.Escaped(TextOf(read));
        else
            output.Raw(TextOf(read));
        output.Raw("\""u8);
    }

    public readonly void Dispose()
    {
        ArrayPool<Slot>.Shared.Return(_slots);
        if (_decoded is not null)
            ArrayPool<byte>.Shared.Return(_decoded);
    }

    private static void Grow(ref Slot[] slots, int used, int needed)
    {
        var larger = ArrayPool<Slot>.Shared.Rent(Math.Max(needed, slots.Length * 2));
        slots.AsSpan(0, used).CopyTo(larger);
        ArrayPool<Slot>.Shared.Return(slots);
        slots = larger;
    }

    private readonly record struct Step(string? Name, int Index);

    [InlineArray(JsonInput.MaxDepth + 1)]
    private struct Steps
    {
        private Step _first;
    }
}
