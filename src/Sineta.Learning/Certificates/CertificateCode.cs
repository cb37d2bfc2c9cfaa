using System.Security.Cryptography;
using System.Text;

namespace Sineta.Learning.Certificates;

/// <summary>A certificate's public code: 80 random bits in Crockford's base 32, <c>0000-0000-0000-0000</c>, which nobody guesses.</summary>
public static class CertificateCode
{
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 16;
    private const int Group = 4;

    internal static string New() => Grouped(RandomNumberGenerator.GetString(Digits, Length));

    /// <summary>
    /// A code as it is kept, from what a person typed: any case, with or without hyphens, O for 0, I and L for 1; null where it is none.
    /// </summary>
    public static string? Read(string typed)
    {
        var code = new StringBuilder(Length);
        foreach (var character in typed.Where(static c => c is not ('-' or ' ')))
        {
            var digit = char.ToUpperInvariant(character) switch { 'O' => '0', 'I' or 'L' => '1', var other => other };
            if (code.Length == Length || !Digits.Contains(digit, StringComparison.Ordinal))
                return null;
            code.Append(digit);
        }

        return code.Length == Length ? Grouped(code.ToString()) : null;
    }

    private static string Grouped(string code) => string.Join('-', code.Chunk(Group).Select(static part => new string(part)));
}
