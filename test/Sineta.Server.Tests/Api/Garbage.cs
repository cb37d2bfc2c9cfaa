using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sineta.Events;

namespace Sineta.Server.Tests.Api;

/// <summary>Bodies of every degree of wrongness: near misses of what is right, pieces of JSON in any order, and anything at all.</summary>
internal static class Garbage
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\u0000", "null", "true", "false", "NaN", "-", "0", "1", "-1", "1.5",
        "1e999",
        "99999999999999999999", "\"id\"", "\"id\":1", "\"type\":", "\"data\":", "\"events\":[", "\"occurred_at\":", "\"dedupe_key\":",
        "\"learner\":",
        "\"url\":", "\"name\":", "\"scopes\":[", "\"headers\":{", "\"a\":\"\\ud800\"", "activities.trail.completed", "2026-01-01T00:00:00Z",
        "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"", " ", "\n", "/**/", "\uFEFF", "é", "\0",
    ];

    /// <summary>Mutants of these texts, soups of tokens, and plain bytes.</summary>
    public static Gen<byte[]> Around(params string[] right) => Gen.Frequency(
        (6, Mutants(right)),
        (3, Gen.Elements(Tokens).ListOf().Select(tokens => Encoding.UTF8.GetBytes(string.Concat(tokens)))),
        (1, Gen.Choose(0, 255).Select(b => (byte)b).ListOf().Select(bytes => bytes.ToArray())));

    public static string Submission(EventType type) =>
        $$"""
        {"type":"{{type.Slug}}","data":{{Samples.DataOf(type).ToJsonString()}},"occurred_at":"2026-01-01T00:00:00Z","dedupe_key":"k"}
        """;

    private static Gen<byte[]> Mutants(string[] right) =>
        from text in Gen.Elements(right)
        from edits in Edits(Encoding.UTF8.GetByteCount(text))
        select edits.Take(3).Aggregate(Encoding.UTF8.GetBytes(text), (body, edit) =>
        {
            var at = Math.Min(edit.At, body.Length);
            return [.. body[..at], .. edit.Insert, .. body[Math.Min(body.Length, at + edit.Drop)..]];
        });

    private static Gen<List<(int At, int Drop, byte[] Insert)>> Edits(int length) =>
        (from at in Gen.Choose(0, length)
         from drop in Gen.Choose(0, 10)
         from insert in Gen.OneOf(Gen.Elements(Tokens).Select(Encoding.UTF8.GetBytes), Gen.Constant(Array.Empty<byte>()))
         select (at, drop, insert)).ListOf().Select(edits => edits.ToList());
}
