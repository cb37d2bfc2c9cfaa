using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Server.Tests.Api;

internal static class Samples
{
    /// <summary>What a publisher sends as data: the sample's own.</summary>
    public static JsonObject DataOf(EventType type) => JsonNode.Parse(type.Sample.Span)!["data"]!.DeepClone().AsObject();

    /// <summary>The beginning of a PDF, which is all that is looked at.</summary>
    public static byte[] Pdf { get; } = "%PDF-1.7"u8.ToArray();

    /// <summary>An enrolment of its own fact.</summary>
    public static JsonObject Enrollment(int id)
    {
        var data = DataOf(EventTypes.CourseEnrollment);
        data["enrollment"]!["id"] = id;
        return data;
    }

    /// <summary>The body that lies in the ledger.</summary>
    public static async Task<byte[]> StoredAsync(ApiServer server, string eventId)
    {
        await using var command = Find(server, "select body from events where id = $1", eventId);
        return (byte[])(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public static async Task<long> InstitutionOfAsync(ApiServer server, JsonElement published)
    {
        await using var command = Find(server, "select institution_id from events where id = $1", published.GetProperty("id").GetString()!);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>What lies beside the body.</summary>
    public static async Task<(string DedupeKey, string? Learner, string Correlation, string? Source, DateTimeOffset OccurredAt)> RowAsync(
        ApiServer server, string eventId)
    {
        await using var command =
            Find(server, "select dedupe_key, learner, correlation, source, occurred_at from events where id = $1", eventId);
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await row.ReadAsync(TestContext.Current.CancellationToken));
        return (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
            row.GetFieldValue<DateTimeOffset>(4));
    }

    private static NpgsqlCommand Find(ApiServer server, string sql, string eventId)
    {
        Assert.True(PublicId.TryParse(PublicId.Event, eventId, out var id));
        var command = server.Database.CreateCommand(sql);
        command.Parameters.AddWithValue(id);
        return command;
    }
}
