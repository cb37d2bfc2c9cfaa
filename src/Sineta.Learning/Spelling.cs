using System.Globalization;
using System.Text;

namespace Sineta.Learning;

/// <summary>What is the same to a reader, however it is typed.</summary>
internal static class Spelling
{
    private const int NoCharacter = 0xFFFE;

    /// <summary>The characters of a text without the blanks around it and without their accents.</summary>
    public static IEnumerable<Rune> Plain(string text)
    {
        // Normalize throws at what is no character.
        var characters = text.Trim().EnumerateRunes().Where(static r => r.Value != NoCharacter);
        return string.Concat(characters.Select(static r => r.ToString())).Normalize(NormalizationForm.FormD).EnumerateRunes()
            .Where(static r => Rune.GetUnicodeCategory(r) is not UnicodeCategory.NonSpacingMark);
    }
}
