using System.Text;
using System.Text.RegularExpressions;

namespace Sineta.Events.Shapes;

/// <summary>How an event's dedupe key is made of its values: <c>user:{user.id}/trail:{trail.id}</c>.</summary>
internal sealed partial class DedupeKeyForm
{
    private readonly (byte[] Literal, int Slot)[] _parts;

    /// <exception cref="ArgumentException">The form names a value that the body has not.</exception>
    public DedupeKeyForm(string form, BodyShape body)
    {
        Form = form;
        _parts = [.. Part().Matches(form).Select(m => (Encoding.ASCII.GetBytes(m.Groups[1].Value), body.SlotOf(m.Groups[2].Value)))];
    }

    public string Form { get; }

    public string KeyOf(ref Proof proof)
    {
        var output = new JsonOutput(stackalloc byte[256]);
        foreach (var (literal, slot) in _parts)
        {
            output.Raw(literal);
            var value = proof[slot];
            if (value.Kind == SlotKind.Number)
                output.Number(value.Number);
            else
                output.Raw(proof.TextOf(value));
        }

        return Encoding.ASCII.GetString(output.Written);
    }

    [GeneratedRegex(@"([^{}]*)\{([a-z_.]+)\}")]
    private static partial Regex Part();
}
