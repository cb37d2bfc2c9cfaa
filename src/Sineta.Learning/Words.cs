using System.Text.Json;

namespace Sineta.Learning;

/// <summary>How the values of enums are written in SQL, URLs and JSON: <c>ShortText</c> as <c>short_text</c>.</summary>
public static class Words
{
    /// <summary>Every word of an enum, in the order of its values.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => Table<T>.Words;

    /// <summary>What a word that is none of an enum's is told.</summary>
    public static string FaultOf<T>()
        where T : struct, Enum => $"Must be one of {string.Join(", ", Table<T>.Words)}.";

    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Words[Array.IndexOf(Table<T>.Values, value)];

    /// <exception cref="FormatException">It is none of the enum's words.</exception>
    public static T Parse<T>(string word)
        where T : struct, Enum => TryParse<T>(word, out var value) ? value : throw new FormatException(FaultOf<T>());

    public static bool TryParse<T>(string? word, out T value)
        where T : struct, Enum
    {
        var at = Array.IndexOf(Table<T>.Words, word);
        value = at >= 0 ? Table<T>.Values[at] : default;
        return at >= 0;
    }

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly T[] Values = Enum.GetValues<T>();
        public static readonly string[] Words = [.. Values.Select(v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()))];
    }
}
