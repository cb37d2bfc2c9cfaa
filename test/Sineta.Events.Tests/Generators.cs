using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Sineta.Events.Tests;

internal static class Generators
{
    private static readonly string[] Notable =
    [
        "é", "ç", "🔔", "👩‍🏫", "\"", "\\", "/", "<", "&", "'", "+", "\u0001", "\n", "\t", "\u007F", "\u2028", " ", "a", "0", "~",
        "123.456.789-99", "\"cpf\":\"",
    ];

    private static readonly string[] JsonTokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\u0000", "null", "true", "false", "NaN",
        "0", "1", "-1", "1.5", "1e9", "99999999999999999999", "\"id\"", "\"id\":1", "\"event\":", "\"data\":", "\"slug\":", "\"user\":",
        "\"courses\":[", "activities.trail.completed", " ", "\n", "/**/", "\uFEFF", "é",
    ];

    public static Gen<string> Text(int min, int max) =>
        from count in Gen.Choose(min, max)
        from parts in Gen.Elements(Notable).ArrayOf(count)
        select Cut(string.Concat(parts), max);

    public static Gen<string?> Maybe(Gen<string> text) => Gen.OneOf(Gen.Constant((string?)null), text.Select(t => (string?)t));

    public static Gen<long> Id => Gen.OneOf(Gen.Choose(1, 100).Select(i => (long)i), Gen.Elements(1L, 9_007_199_254_740_991L));

    public static Gen<ContentCompleted> Contents =>
        from id in Id
        from name in Text(1, 40)
        from answer in Maybe(Text(0, 200))
        from explanation in Maybe(Text(0, 200))
        from correct in Gen.Elements<bool?>(null, true, false)
        from points in Gen.Choose(-100_000, 100_000)
        from delivered in Gen.Elements(true, false)
        from seconds in Gen.Choose(0, 1_000_000_000)
        select new ContentCompleted(
            new Learner(id, name, "a+b@exemplo.com.br"),
            new CompletedContent(
                id, 1, 2, 3, 4, points > 0 ? id : null, answer, correct, explanation, points == 0 ? null : points / 100m,
                delivered ? new DateTime(1999, 1, 1).AddSeconds(seconds) : null, delivered, delivered ? "00:12:34" : null),
            new CourseProgress(3, name, null, seconds % 101));

    public static Gen<CourseCompleted> Courses =>
        from id in Id
        from name in Text(1, 40)
        from nickname in Maybe(Text(0, 40))
        from cpf in Gen.Elements("123.456.789-99", "529.982.247-25", Cpf.Masked)
        from status in Gen.Elements(true, false)
        from days in Gen.Choose(0, 10_000)
        select new CourseCompleted(
            new InstitutionRef(id),
            new CourseRef(id, name),
            new EnrollmentSnapshot(id, days % 2 == 0 ? null : new DateOnly(2000, 1, 1).AddDays(days), 7, status && days % 3 == 0, status),
            new LearnerIdentity(id, name, "a@b", cpf, nickname, "018f3a5e-7c3a-7b6e-9d5e-2f1a4b3c5d6e"));

    /// <summary>A fixture with a few of its bytes dropped, doubled, overwritten by tokens of JSON, or by anything.</summary>
    public static Gen<byte[]> Mutants =>
        from type in Gen.Elements(EventTypes.All.AsEnumerable())
        from edits in (from at in Gen.Choose(0, type.Sample.Length - 1)
                       from drop in Gen.Choose(0, 12)
                       from insert in Gen.OneOf(
                           Gen.Elements(JsonTokens).Select(Encoding.UTF8.GetBytes),
                           Gen.Choose(0, 255).Select(b => new[] { (byte)b }),
                           Gen.Constant(Array.Empty<byte>()))
                       select (at, drop, insert)).NonEmptyListOf()
        select edits.Take(4).Aggregate(type.Sample.ToArray(), (body, edit) =>
        {
            var at = Math.Min(edit.at, body.Length);
            return [.. body[..at], .. edit.insert, .. body[Math.Min(body.Length, at + edit.drop)..]];
        });

    public static Gen<byte[]> TokenSoups =>
        from tokens in Gen.Elements(JsonTokens).ListOf()
        select Encoding.UTF8.GetBytes(string.Concat(tokens));

    /// <summary>The same JSON with every character of its strings written as an escape.</summary>
    public static string EscapeEverything(string json)
    {
        var escaped = new StringBuilder();
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '"')
                inString = !inString;
            if (!inString || json[i] == '"')
                escaped.Append(json[i]);
            else if (json[i] != '\\')
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)json[i]:X4}");
            else
            {
                var length = json[i + 1] == 'u' ? 6 : 2;
                escaped.Append(json, i, length);
                i += length - 1;
            }
        }

        return escaped.ToString();
    }

    private static string Cut(string text, int max) => text.Length <= max || char.IsSurrogate(text[max - 1]) ? text : text[..max];
}
