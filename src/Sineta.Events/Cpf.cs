namespace Sineta.Events;

/// <summary>
/// The Brazilian taxpayer number. Its check digits are examined when a user is registered, never on an event's payload.
/// </summary>
public static class Cpf
{
    /// <summary>What stands for every number where an endpoint asks for masking.</summary>
    public const string Masked = "XXX.XXX.XXX-XX";

    internal static ReadOnlySpan<byte> MaskedUtf8 => "XXX.XXX.XXX-XX"u8;

    /// <summary>Whether it is eleven digits, bare or written 000.000.000-00, not all the same, with the right check digits.</summary>
    public static bool IsValid(string? cpf)
    {
        Span<byte> digits = stackalloc byte[11];
        return TryReadDigits(cpf, digits)
            && digits.ContainsAnyExcept(digits[0])
            && digits[9] == CheckDigit(digits[..9])
            && digits[10] == CheckDigit(digits[..10]);
    }

    /// <summary>Writes it as 000.000.000-00.</summary>
    /// <param name="cpf">Eleven digits, bare or in that form already.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static string Format(string cpf)
    {
        Span<byte> digits = stackalloc byte[11];
        if (!TryReadDigits(cpf, digits))
            throw new ArgumentException("A CPF is eleven digits, bare or written 000.000.000-00.", nameof(cpf));
        Span<char> text = stackalloc char[14];
        "000.000.000-00".CopyTo(text);
        var next = 0;
        foreach (ref var character in text)
        {
            if (character == '0')
                character = (char)('0' + digits[next++]);
        }

        return new string(text);
    }

    private static bool TryReadDigits(string? cpf, Span<byte> digits)
    {
        if (cpf is not { Length: 11 or 14 })
            return false;
        var form = cpf.Length == 11 ? "00000000000" : "000.000.000-00";
        var count = 0;
        for (var i = 0; i < form.Length; i++)
        {
            if (form[i] != '0' ? cpf[i] != form[i] : !char.IsAsciiDigit(cpf[i]))
                return false;
            if (form[i] == '0')
                digits[count++] = (byte)(cpf[i] - '0');
        }

        return true;
    }

    private static int CheckDigit(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
            sum += digits[i] * (digits.Length + 1 - i);
        return sum * 10 % 11 % 10;
    }
}
