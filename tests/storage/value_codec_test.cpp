// What holds for the values of every shape: a new one is tested here once it has examples.
#include "storage/value_codec.hpp"

#include "storage/value_examples.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace value_codec_test {

using namespace rookery;
using namespace rookery::storage;
using namespace rookery::storage::test;
using schema::Shape;

namespace {

Bytes written(const Value& value) {
    StringWriter out;
    put_value(out, value);
    return {out.view().begin(), out.view().end()};
}

std::string ordered(const Value& value) {
    std::string out;
    CHECK(put_ordered(out, value));
    return out;
}

bool is_kept(Shape shape) { return shape == Shape::sealed || shape == Shape::digest; }

}  // namespace

TEST_CASE("every shape has one alternative of a value, and an example here", "[storage]") {
    std::set<Shape> shapes{shape_of(Value{})};
    std::set<std::size_t> alternatives{Value{}.index()};
    for (const auto& values : value_examples()) {
        shapes.insert(shape_of(values.front()));
        alternatives.insert(values.front().index());
    }
    CHECK(shapes.size() == std::variant_size_v<Value>);
    CHECK(alternatives.size() == std::variant_size_v<Value>);
    for (const auto& row : schema::type_rows) {
        CAPTURE(row.name);
        CHECK(shapes.contains(row.shape));
    }
}

TEST_CASE("a value is read as it was written, and takes the bytes that it says", "[storage]") {
    for (const auto& values : value_examples()) {
        for (const auto& value : values) {
            const auto bytes = written(value);
            CAPTURE(static_cast<int>(shape_of(value)), bytes);
            CHECK(bytes.size() == size_of(value));
            const auto read = read_value(shape_of(value), bytes);
            REQUIRE(read);
            CHECK(*read == value);
        }
    }
}

TEST_CASE("bytes of another size than the shape's are no value of it", "[storage]") {
    for (const auto& values : value_examples()) {
        const auto shape = shape_of(values.front());
        if (shape == Shape::text || shape == Shape::sealed) continue;
        CAPTURE(static_cast<int>(shape));
        auto bytes = written(values.front());
        bytes.push_back(0);
        CHECK_FALSE(read_value(shape, bytes));
        bytes.resize(bytes.size() - 2);
        CHECK_FALSE(read_value(shape, bytes));
    }
    CHECK_FALSE(read_value(Shape::none, {}));
}

TEST_CASE("what no vault may store is neither written nor read", "[storage]") {
    const std::string broken = "\xC3";
    CHECK_THROWS_AS(written(Value{}), std::logic_error);
    CHECK_THROWS_AS(written(broken), std::logic_error);
    CHECK_THROWS_AS(written(RowRef{0x7FFF, Uuid{{1}}}), std::logic_error);
    CHECK_THROWS_AS(written(SealedValue{1, {}}), std::logic_error);
    CHECK_FALSE(read_value(Shape::text, bytes_of(broken)));
    CHECK_FALSE(read_value(Shape::flag, Bytes{2}));
    Bytes reference(18, 1);
    reference[0] = 0x7F;
    CHECK_FALSE(read_value(Shape::reference, reference));
    CHECK_FALSE(read_value(Shape::sealed, Bytes(8, 0)));
}

TEST_CASE("bytes sort as values do, and none begins another", "[storage]") {
    for (const auto& values : value_examples()) {
        if (is_kept(shape_of(values.front()))) continue;
        CAPTURE(static_cast<int>(shape_of(values.front())));
        for (std::size_t i = 1; i < values.size(); ++i) {
            const auto before = ordered(values[i - 1]);
            const auto after = ordered(values[i]);
            CHECK(before < after);
            CHECK_FALSE(after.starts_with(before));
        }
    }
}

TEST_CASE("texts sort by their collation keys, and blanks count as null", "[storage]") {
    CHECK(ordered(std::string("GRÜSSE ")) == ordered(std::string("grüße")));
    std::string out;
    CHECK_FALSE(put_ordered(out, std::string("  ")));
    CHECK_FALSE(put_ordered(out, Value{}));
}

TEST_CASE("ids and times are texts where plain values go, and a lookup is its id", "[storage]") {
    const Uuid id{{0xAB}};
    CHECK(plain(Value{}) == PlainValue{});
    CHECK(plain(true) == PlainValue{true});
    CHECK(plain(std::int64_t{-3}) == PlainValue{std::int64_t{-3}});
    CHECK(plain(Fraction{1}) == PlainValue{Fraction{1}});
    CHECK(plain(std::string("x")) == PlainValue{std::string("x")});
    CHECK(plain(id) == PlainValue{to_string(id)});
    CHECK(plain(RowRef{4, id}) == PlainValue{to_string(id)});
    CHECK(plain(at_ms(0)) == PlainValue{std::string("1970-01-01T00:00:00Z")});
}

TEST_CASE("a token or a digest sorts by nothing and has no plain value", "[storage]") {
    std::string out;
    for (const auto& values : value_examples()) {
        if (!is_kept(shape_of(values.front()))) continue;
        CHECK_THROWS_AS(put_ordered(out, values.front()), std::logic_error);
        CHECK_THROWS_AS(plain(values.front()), std::logic_error);
    }
    CHECK(out.empty());
}

}  // namespace value_codec_test
