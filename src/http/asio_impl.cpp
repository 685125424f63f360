// Asio and its TLS stream, compiled once: BOOST_ASIO_SEPARATE_COMPILATION (CMakeLists.txt) turns the
// headers into declarations everywhere else.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
