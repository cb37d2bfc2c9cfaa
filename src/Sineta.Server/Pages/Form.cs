using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Primitives;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Server.Pages;

/// <summary>A form as it was sent: what was typed, and what is wrong with it, field by field. Shown again it has both.</summary>
public sealed class Form
{
    private readonly Dictionary<string, StringValues> _values;
    private readonly List<(string Field, string Sentence)> _faults = [];

    private Form(Dictionary<string, StringValues> values) => _values = values;

    /// <summary>A form that nobody has sent yet.</summary>
    public static Form Of(params IEnumerable<(string Field, StringValues Value)> values) =>
        new(values.ToDictionary(v => v.Field, v => v.Value, StringComparer.Ordinal));

    public bool HasFaults => _faults.Count > 0;

    /// <summary>The field to go on in once the form is shown again; null where that is left to the person.</summary>
    public string? Focus { get; set; }

    /// <summary>What was typed, without blanks around; empty where nothing was.</summary>
    public string Text(string field) => Raw(field).Trim();

    /// <summary>What was typed, blanks included: passwords.</summary>
    public string Raw(string field) => _values.TryGetValue(field, out var value) ? value.ToString() : "";

    /// <summary>Null where nothing was typed.</summary>
    public string? TextOrNull(string field) => Text(field) is { Length: > 0 } text ? text : null;

    /// <summary>What was typed; a fault where nothing was.</summary>
    public string Required(string field)
    {
        if (Text(field) is { Length: > 0 } text)
            return text;
        Refuse(field, Texts.MustBeGiven);
        return "";
    }

    /// <summary>A whole number; null where nothing was typed, or a fault.</summary>
    public int? Number(string field)
    {
        if (TextOrNull(field) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        Refuse(field, Texts.MustBeNumber);
        return null;
    }

    /// <summary>The number of a thing; null where nothing was typed, or a fault.</summary>
    public long? LongNumber(string field)
    {
        if (TextOrNull(field) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        Refuse(field, Texts.MustBeNumber);
        return null;
    }

    /// <summary>An id with its prefix; null where nothing was typed, or a fault.</summary>
    public Guid? Id(string field, string prefix)
    {
        if (TextOrNull(field) is not { } text)
            return null;
        if (PublicId.TryParse(prefix, text, out var id))
            return id;
        Refuse(field, Texts.MustBeId.With(prefix));
        return null;
    }

    /// <summary>An instant, typed as the institution's local time (<c>datetime-local</c>).</summary>
    public DateTimeOffset? Moment(string field, InstitutionClock clock)
    {
        if (TextOrNull(field) is not { } text)
            return null;
        if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year is > 1970 and < 9999)
            return clock.ToInstant(local);
        Refuse(field, Texts.MustBeMoment);
        return null;
    }

    /// <summary>A day, as browsers send it (<c>date</c>); null where nothing was typed, or a fault.</summary>
    public DateOnly? Day(string field)
    {
        if (TextOrNull(field) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1970 and < 9999)
            return day;
        Refuse(field, Texts.MustBeDay);
        return null;
    }

    /// <summary>Every value of a field: boxes that are ticked, rows of a list.</summary>
    public IReadOnlyList<string> All(string field) => _values.TryGetValue(field, out var value) ? [.. value.Select(v => v ?? "")] : [];

    public bool Has(string field, string value) => All(field).Contains(value);

    /// <summary>Everything that was sent, to be sent again.</summary>
    public IEnumerable<(string Name, string Value)> Sent => _values.SelectMany(v => v.Value.Select(one => (v.Key, one ?? "")));

    /// <summary>Has it as though it had been sent so: what was sent in another shape.</summary>
    public void Put(string field, StringValues value) => _values[field] = value;

    /// <summary>Has it as though it had not been sent.</summary>
    public void Remove(string field) => _values.Remove(field);

    public void Refuse(string field, string sentence) => _faults.Add((field, sentence));

    /// <summary>Takes over what the rules found: <c>/event_types/0</c> is of the field <c>event_types</c>.</summary>
    public void Refuse(IEnumerable<Fault> faults)
    {
        foreach (var fault in faults)
            Refuse(fault.Pointer.TrimStart('/').Split('/')[0], Sentences.InPageLanguage(fault.Message));
    }

    public IReadOnlyList<string> FaultsOf(string field) => [.. _faults.Where(f => f.Field == field).Select(f => f.Sentence).Distinct()];

    public static async ValueTask<Form?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasFormContentType)
            return Of();
        var sent = await context.Request.ReadFormAsync(context.RequestAborted);
        return new Form(new Dictionary<string, StringValues>(sent, StringComparer.Ordinal));
    }
}
