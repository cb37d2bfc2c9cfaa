using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>Keeps the questions of quizzes, each quiz's all at once.</summary>
public sealed class QuestionStore(NpgsqlDataSource database)
{
    private const string OfContent =
        """
        select id, content_id, position, kind, text, options, right_options, right_texts, points, explanation from questions
        where institution_id = $1 and content_id = $2 order by position
        """;

    /// <summary>A quiz's questions, in order.</summary>
    public async Task<IReadOnlyList<Question>> ListAsync(long institutionId, long contentId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(database, OfContent, institutionId, contentId);
        return await command.RowsAsync(Read, cancellationToken);
    }

    internal static async Task<IReadOnlyList<Question>> ListAsync(
        CampusTransaction transaction, long contentId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(OfContent, contentId);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>Makes a quiz's questions these, in this order: those with an id are kept, those that are missing go.</summary>
    internal static async Task PutAsync(
        CampusTransaction transaction, long contentId, IReadOnlyList<QuestionDraft> questions, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "delete from questions where institution_id = $1 and content_id = $2 and id <> all($3)",
            [contentId, questions.Select(q => q.Id ?? 0).ToArray()], cancellationToken);
        for (var i = 0; i < questions.Count; i++)
            await PutAsync(transaction, contentId, questions[i], i + 1, cancellationToken);
    }

    /// <summary>Ids that no question of the quiz has, or that are given twice.</summary>
    internal static IEnumerable<Fault> FaultsOfIds(IReadOnlyList<QuestionDraft> questions, IReadOnlyList<Question> known)
    {
        for (var i = 0; i < Math.Min(questions.Count, ContentRules.MostQuestions); i++)
        {
            if (questions[i].Id is not { } id)
                continue;
            if (known.All(q => q.Id != id))
                yield return new Fault($"/questions/{i}/id", "Is no question of this quiz; a new one has no id.");
            else if (questions.Take(i).Any(q => q.Id == id))
                yield return new Fault($"/questions/{i}/id", "Is there before.");
        }
    }

    private static Task<int> PutAsync(
        CampusTransaction transaction, long contentId, QuestionDraft question, int position, CancellationToken cancellationToken)
    {
        object?[] values =
        [
            contentId, position, question.Kind, question.Text, question.Options.ToArray(), question.RightOptions.ToArray(),
            question.RightTexts.ToArray(), question.Points, question.Explanation,
        ];
        return question.Id is { } id
            ? transaction.ExecuteAsync(
                """
                update questions set position = $3, kind = $4, text = $5, options = $6, right_options = $7, right_texts = $8, points = $9,
                    explanation = $10
                where institution_id = $1 and content_id = $2 and id = $11
                """, [.. values, id], cancellationToken)
            : transaction.ExecuteAsync(
                """
                insert into questions (institution_id, content_id, position, kind, text, options, right_options, right_texts, points,
                                       explanation)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """, values, cancellationToken);
    }

    private static Question Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), Words.Parse<QuestionKind>(row.GetString(3)), row.GetString(4),
        row.GetFieldValue<string[]>(5), row.GetFieldValue<int[]>(6), row.GetFieldValue<string[]>(7), row.GetDecimal(8), row.TextOrNull(9));
}
