using System.Text.Json;
using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>Renders a body for an endpoint that asked for masked CPFs.</summary>
public static class CpfMask
{
    /// <summary>
    /// The body with <c>data.user.cpf</c> replaced by <see cref="Cpf.Masked"/> and every other byte as it was; null where it has no CPF,
    /// so that it may be sent as it is. Text that merely looks like one is left alone.
    /// </summary>
    /// <param name="body">A body that <see cref="EventDocument.ToBody"/> made.</param>
    /// <exception cref="ArgumentException">It is not such a body: rather than let a number through, nothing is rendered.</exception>
    public static byte[]? Mask(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = JsonInput.Reader(body);
            json.Read();
            if (!JsonInput.FindKey(ref json, "data"u8) || !JsonInput.FindKey(ref json, "user"u8) || !JsonInput.FindKey(ref json, "cpf"u8))
                return null;
            if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length != Cpf.Masked.Length)
                throw new ArgumentException("The body's CPF is not in the contract's form.", nameof(body));
            var masked = body.ToArray();
            Cpf.MaskedUtf8.CopyTo(masked.AsSpan((int)json.TokenStartIndex + 1));
            return masked;
        }
        catch (JsonException broken)
        {
            throw new ArgumentException("The body is not JSON.", nameof(body), broken);
        }
    }
}
