using System.Text;
using Sineta.Events;
using Sineta.Events.Tests;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Stories;

/// <summary>What learning tells, read by those who know only the contract.</summary>
public sealed class ContractTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R17_Each_of_the_five_events_passes_our_own_reading_and_ajv_with_the_published_schemas()
    {
        using var ajv = new Oracle();
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var seed = new CourseSeed { ValidityDays = 30, Rate = 66.5m, Contents = [new(), new("quiz"), new("video"), new("live")] };
        var course = await campus.AddCourseAsync(seed, Cancel);
        var student = await Student.EnrolledAsync(campus, course, Cancel, await campus.AddUserAsync(Cancel, "Íris d'Ávila \"Lua\" 🌙"));
        await campus.JoinTrailAsync(student.User.Id, course.Id, Cancel);
        await student.CompleteAsync(0);
        await student.CompleteAsync(await student.AnswerAsync(1, right: true));
        await student.CompleteAsync(student.Of(2) with { PlayedShare = 100, MediaPosition = 359_999 });
        await student.CompleteAsync(student.Of(3) with { Answer = "Presente!\n\t\u0001" });
        await student.ViewAsync();

        var told = await campus.EventsAsync(Cancel);

        Assert.Equal(EventTypes.All.Select(t => t.Slug).Order(), told.Select(e => e.Slug).Distinct().Order());
        Assert.All(told, e =>
        {
            Assert.IsType<EventReading.Accepted>(EventReader.ReadBody(e.Body));
            Assert.True(EventTypes.TryFind(e.Slug, out var type));
            Assert.True(ajv.Validates(Encoding.UTF8.GetString(type.Schema.Span), Encoding.UTF8.GetString(e.Body)), e.Slug);
        });
    }
}
