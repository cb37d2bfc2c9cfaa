using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Sineta.Events.Tests;

public sealed class PropertyTests
{
    private static readonly DateTime SendAt = new(2024, 5, 6, 7, 8, 9);
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    [Fact]
    public void Whatever_is_read_nothing_is_thrown_and_what_is_accepted_is_stable() =>
        Check(Gen.OneOf(Generators.Mutants, Generators.TokenSoups), json =>
        {
            EventReader.TryReadSlug(json, out _);
            OperationalEvent.TryRead(json, out _);
            foreach (var type in EventTypes.All)
                AssertSound(EventReader.ReadData(type, json));
            AssertSound(EventReader.ReadBody(json));
        });

    [Fact]
    public void A_record_is_read_back_equal_from_bytes_that_stay_the_same() =>
        Check(Gen.OneOf(Generators.Contents.Select(e => (ActivityEvent)e), Generators.Courses.Select(e => (ActivityEvent)e)), activity =>
        {
            var body = EventReader.Prove(activity).Document.ToBody(SendAt);

            var again = EventReader.ReadBody(body).Document;

            Assert.Equal(activity, again.Event);
            Assert.Equal(body, again.ToBody(SendAt));
        });

    [Fact]
    public void Neither_the_order_of_keys_nor_white_space_nor_escapes_change_the_bytes() =>
        Check(Generators.Courses, activity =>
        {
            var body = EventReader.Prove(activity).Document.ToBody(SendAt);
            var text = Encoding.UTF8.GetString(body);

            var backwards = Reverse(JsonNode.Parse(text)!).ToJsonString(new() { WriteIndented = true });
            var reversed = EventReader.ReadBody(Encoding.UTF8.GetBytes(backwards));
            var escaped = EventReader.ReadBody(Encoding.UTF8.GetBytes(Generators.EscapeEverything(text)));

            Assert.Equal(body, reversed.Document.ToBody(SendAt));
            Assert.Equal(body, escaped.Document.ToBody(SendAt));
        });

    [Fact]
    public void A_body_says_to_any_json_reader_what_the_record_says() =>
        Check(Generators.Contents, activity =>
        {
            var data = JsonNode.Parse(EventReader.Prove(activity).Document.ToBody(SendAt))!["data"]!;

            Assert.Equal(activity.User.Name, data["user"]!["name"]!.GetValue<string>());
            Assert.Equal(activity.Content.Answer, data["content"]!["answer"]?.GetValue<string>());
            Assert.Equal(activity.Content.Points, data["content"]!["points"]?.GetValue<decimal>());
            Assert.Equal(activity.Content.Delivered ? 1 : 0, data["content"]!["delivered"]!.GetValue<int>());
        });

    [Fact]
    public void Masking_leaves_every_byte_but_the_cpfs() =>
        Check(Generators.Courses, activity =>
        {
            var masked = CpfMask.Mask(EventReader.Prove(activity).Document.ToBody(SendAt));

            var expected = activity with { User = activity.User with { Cpf = Cpf.Masked } };
            Assert.Equal(EventReader.Prove(expected).Document.ToBody(SendAt), masked);
        });

    private static void AssertSound(EventReading reading)
    {
        if (reading is EventReading.Refused(var faults))
        {
            Assert.NotEmpty(faults);
            return;
        }

        var body = reading.Document.ToBody(SendAt);
        Assert.Equal(body, EventReader.ReadBody(body).Document.ToBody(SendAt));
        Assert.Equal(reading.Document.DedupeKey, EventReader.Prove(reading.Document.Event).Document.DedupeKey);
    }

    private static JsonNode Reverse(JsonNode node) => node is JsonObject members
        ? new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value is { } value ? Reverse(value) : null)))
        : node.DeepClone();

    private static void Check<T>(Gen<T> values, Action<T> property) => Prop.ForAll(values.ToArbitrary(), property).Check(Many);
}
