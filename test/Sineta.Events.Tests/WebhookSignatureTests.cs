using System.Text;
using System.Text.Json.Nodes;

namespace Sineta.Events.Tests;

public sealed class WebhookSignatureTests(Oracle oracle) : IClassFixture<Oracle>
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(Timestamp);

    [Fact]
    public void The_vector_of_the_standard_is_signed_and_verified()
    {
        Assert.Equal(Signature, WebhookSignature.Sign(Id, Timestamp, Body, Secret));
        Assert.IsType<VerificationResult.Verified>(Verify());
    }

    [Theory]
    [InlineData("standardwebhooks")]
    [InlineData("svix")]
    public void What_we_sign_another_library_verifies(string library)
    {
        var secret = WebhookSecret.Generate();
        var body = Fixtures.Compact("activities.course.completed");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var headers = new JsonObject
        {
            ["webhook-id"] = "evt_1",
            ["webhook-timestamp"] = $"{now}",
            ["webhook-signature"] = WebhookSignature.Sign("evt_1", now, Encoding.UTF8.GetBytes(body), WebhookSecret.Generate(), secret),
        };

        Assert.True(oracle.Verifies(library, secret.Reveal(), body, headers));
        Assert.False(oracle.Verifies(library, WebhookSecret.Generate().Reveal(), body, headers.DeepClone().AsObject()));
    }

    [Theory]
    [InlineData("standardwebhooks")]
    [InlineData("svix")]
    public void What_another_library_signs_we_verify(string library)
    {
        var secret = WebhookSecret.Generate();
        var body = Fixtures.Compact("activities.content.completed");

        var signature = oracle.Sign(library, secret.Reveal(), Id, Timestamp, body);

        Assert.Equal(signature, WebhookSignature.Sign(Id, Timestamp, Encoding.UTF8.GetBytes(body), secret));
        Assert.IsType<VerificationResult.Verified>(
            Verify(signatures: signature, body: Encoding.UTF8.GetBytes(body), secrets: [WebhookSecret.Generate(), secret]));
    }

    [Fact]
    public void Of_two_secrets_in_force_both_sign_and_either_verifies()
    {
        var old = WebhookSecret.Generate();

        var signatures = WebhookSignature.Sign(Id, Timestamp, Body, old, Secret);

        Assert.Equal(2, signatures.Split(' ').Length);
        Assert.EndsWith(" " + Signature, signatures, StringComparison.Ordinal);
        Assert.IsType<VerificationResult.Verified>(Verify(signatures: signatures, secrets: [old]));
        Assert.IsType<VerificationResult.Verified>(Verify(signatures: signatures));
        Assert.IsType<VerificationResult.WrongSignature>(Verify(signatures: signatures, secrets: [WebhookSecret.Generate()]));
    }

    [Fact]
    public void Without_a_secret_nothing_is_signed_or_verified()
    {
        Assert.IsType<VerificationResult.NoSecret>(Verify(secrets: []));
        Assert.Throws<ArgumentException>(() => WebhookSignature.Sign(Id, Timestamp, Body));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_delivery_is_good_for_five_minutes_either_way(int age, bool verified)
    {
        var result = Verify(now: Now.AddSeconds(age));

        Assert.Equal(
            verified ? new VerificationResult.Verified() : new VerificationResult.OutsideTolerance(TimeSpan.FromSeconds(age)), result);
    }

    [Theory]
    [InlineData("v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1O")]
    [InlineData("v1,")]
    [InlineData("v1,!!!!")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("   ")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void A_signature_that_is_none_of_ours_is_wrong(string signatures) =>
        Assert.IsType<VerificationResult.WrongSignature>(Verify(signatures: signatures));

    [Fact]
    public void A_signature_is_found_among_others() =>
        Assert.IsType<VerificationResult.Verified>(Verify(signatures: $"v1a,xyz v1,AAAA  {Signature} v1,!"));

    [Fact]
    public void The_id_the_timestamp_and_every_byte_of_the_body_are_signed()
    {
        Assert.IsType<VerificationResult.WrongSignature>(Verify(id: "msg_other"));
        Assert.IsType<VerificationResult.WrongSignature>(Verify(timestamp: $"{Timestamp + 1}"));
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = Body.ToArray();
            changed[i] ^= 1;
            Assert.IsType<VerificationResult.WrongSignature>(Verify(body: changed));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_missing_header_is_named(string? value)
    {
        Assert.Equal(Missing("webhook-id"), WebhookSignature.Verify(value, "1", "v1,", Body, [Secret], Now));
        Assert.Equal(Missing("webhook-timestamp"), WebhookSignature.Verify(Id, value, "v1,", Body, [Secret], Now));
        Assert.Equal(Missing("webhook-signature"), WebhookSignature.Verify(Id, "1", value, Body, [Secret], Now));

        static VerificationResult.MissingHeader Missing(string name) => new(name);
    }

    [Theory]
    [InlineData("now")]
    [InlineData("-1")]
    [InlineData("1614265330.5")]
    [InlineData(" 1614265330")]
    [InlineData("999999999999999999")]
    [InlineData("99999999999999999999999")]
    public void A_timestamp_that_is_no_time_is_refused(string timestamp) =>
        Assert.IsType<VerificationResult.MalformedTimestamp>(Verify(timestamp: timestamp));

    private static VerificationResult Verify(
        string id = Id,
        string? timestamp = null,
        string signatures = Signature,
        byte[]? body = null,
        WebhookSecret[]? secrets = null,
        DateTimeOffset? now = null) =>
        WebhookSignature.Verify(id, timestamp ?? $"{Timestamp}", signatures, body ?? Body, secrets ?? [Secret], now ?? Now);
}
