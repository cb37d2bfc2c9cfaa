using System.Text;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>A body that was sent, as a caller may see it.</summary>
/// <param name="Bytes">The body, its CPF masked for those who may not see it.</param>
/// <param name="Hidden">The CPF that was masked so; null where the body is the very one that was sent.</param>
internal sealed record ShownBody(ReadOnlyMemory<byte> Bytes, string? Hidden)
{
    public static ShownBody Of(ReadOnlyMemory<byte> sent, bool revealsCpf)
    {
        if (revealsCpf || sent.IsEmpty || CpfMask.Mask(sent.Span) is not { } masked)
            return new(sent, null);
        var at = sent.Span.CommonPrefixLength(masked);
        return at == masked.Length ? new(sent, null) : new(masked, Encoding.UTF8.GetString(sent.Span.Slice(at, Cpf.Masked.Length)));
    }

    /// <summary>Hides the same CPF in what came back: a receiver may repeat what it was sent.</summary>
    public string Hide(string text) => Hidden is null ? text : text
        .Replace(Hidden, Cpf.Masked, StringComparison.Ordinal)
        .Replace(Bare(Hidden), Bare(Cpf.Masked), StringComparison.Ordinal);

    /// <summary>The same in bytes, whatever they are.</summary>
    public byte[] Hide(byte[] bytes) => Hidden is null ? bytes : Encoding.Latin1.GetBytes(Hide(Encoding.Latin1.GetString(bytes)));

    private static string Bare(string cpf) => string.Concat(cpf.Where(char.IsAsciiLetterOrDigit));
}
