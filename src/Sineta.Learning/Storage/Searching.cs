namespace Sineta.Learning.Storage;

/// <summary>Finds by words, whatever their case, their accents and their order.</summary>
internal static class Searching
{
    /// <summary>
    /// SQL: whether a <c>search</c> column has every word of a text. The inner select has the text taken apart once, and not for each row.
    /// </summary>
    public static string Has(string column, string text) => $"{column} like all ((select search_patterns({text}))::text[])";
}
